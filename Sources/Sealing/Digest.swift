/// Thirty-two bytes that SHA-256 or HMAC-SHA-256 gave, held in place: no heap, no reference count.
public struct Digest: Hashable, Sendable {
    /// Length in bytes.
    public static let byteCount = 32

    // The bytes in memory order; as numbers the words mean nothing.
    @usableFromInline var word0: UInt64
    @usableFromInline var word1: UInt64
    @usableFromInline var word2: UInt64
    @usableFromInline var word3: UInt64

    @inlinable
    init() {
        word0 = 0
        word1 = 0
        word2 = 0
        word3 = 0
    }

    /// Reads 32 bytes from the front of a buffer that is at least as long.
    @inlinable
    public init(reading buffer: UnsafeRawBufferPointer) {
        word0 = buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        word1 = buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        word2 = buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        word3 = buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
    }

    /// Reads exactly 32 bytes; nil when there are more or fewer.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { Self(reading: $0) }
    }

    /// Writes the 32 bytes to the front of a buffer that is at least as long.
    @inlinable
    public func write(into buffer: UnsafeMutableRawBufferPointer) {
        buffer.storeBytes(of: word0, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: word1, toByteOffset: 8, as: UInt64.self)
        buffer.storeBytes(of: word2, toByteOffset: 16, as: UInt64.self)
        buffer.storeBytes(of: word3, toByteOffset: 24, as: UInt64.self)
    }

    /// Lends the 32 bytes.
    @inlinable
    public func withUnsafeBytes<Answer>(_ body: (UnsafeRawBufferPointer) throws -> Answer) rethrows -> Answer {
        try Swift.withUnsafeBytes(of: self, body)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
}

extension Digest: CustomStringConvertible {
    /// Sixty-four lower-case hexadecimal digits.
    public var description: String {
        bytes.reduce(into: "") { text, byte in
            if byte < 16 { text.append("0") }
            text.append(String(byte, radix: 16))
        }
    }
}
