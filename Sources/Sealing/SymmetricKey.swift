import CCrypto

/// A 256-bit key whose memory is zeroed when the last holder lets go.
///
/// A class, not a value: moving a value leaves its bytes behind at the old place, where nothing zeroes them.
/// It prints as its type's name only, and a mirror finds nothing in it.
public final class SymmetricKey: @unchecked Sendable {
    /// Length of a key in bytes.
    public static let byteCount = 32

    // Unchecked: the bytes are written before `init` returns, and again only in `deinit`, when no other holder is left.
    private let storage: UnsafeMutableRawBufferPointer

    /// Draws a key.
    public init(randomness: some RandomBytes) {
        storage = .allocate(byteCount: Self.byteCount, alignment: 16)
        randomness.fill(storage)
    }

    /// Copies a key from exactly 32 bytes; zeroing the source is the caller's.
    ///
    /// - Throws: `keyLength` for more or fewer bytes.
    public init(copying bytes: some Collection<UInt8>) throws(SealingError) {
        guard bytes.count == Self.byteCount else {
            throw SealingError(.keyLength, "a key has \(Self.byteCount) bytes, not \(bytes.count)")
        }
        storage = .allocate(byteCount: Self.byteCount, alignment: 16)
        storage.copyBytes(from: bytes)
    }

    deinit {
        storage.zeroForGood()
        storage.deallocate()
    }

    /// Lends the 32 bytes; they must not outlive the closure.
    @inline(__always)
    public func withUnsafeBytes<Answer, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try body(UnsafeRawBufferPointer(storage))
    }
}

extension SymmetricKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The type's name, never the bytes.
    public var description: String { "SymmetricKey" }
    /// The type's name, never the bytes.
    public var debugDescription: String { "SymmetricKey" }
    /// A mirror with nothing in it.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension UnsafeMutableRawBufferPointer {
    /// Writes zeros in a way that the compiler may not leave out because nobody reads them.
    public func zeroForGood() {
        guard let baseAddress else { return }
        OPENSSL_cleanse(baseAddress, count)
    }
}
