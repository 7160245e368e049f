import CCrypto

/// Where keys, nonces and identifiers come from; passed in, so that a test can repeat a run (design invariant 10).
public protocol RandomBytes: Sendable {
    /// Fills a buffer. One large call costs far less than many small ones: draw a batch's nonces at once.
    func fill(_ buffer: UnsafeMutableRawBufferPointer)
}

/// Random bytes of libcrypto's generator, which the operating system seeds: what a program uses outside tests.
///
/// It holds no bytes drawn ahead, so a copy of it never repeats what the original gave, nor does a forked child.
public struct SystemRandomness: RandomBytes, RandomNumberGenerator {
    /// Makes one; it has no state.
    public init() {}

    /// Fills a buffer with bytes fit for keys.
    public func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        // The prototype takes an int; no caller comes near it, but a key must not be left undrawn in silence.
        var rest = buffer[...]
        while !rest.isEmpty {
            let part = UnsafeMutableRawBufferPointer(rebasing: rest.prefix(1 << 20))
            Libcrypto.require(
                RAND_bytes(part.baseAddress?.assumingMemoryBound(to: UInt8.self), Int32(part.count)) == 1,
                "RAND_bytes"
            )
            rest = rest.dropFirst(part.count)
        }
    }

    /// Draws 64 random bits; for many, `fill` is far cheaper.
    public func next() -> UInt64 {
        var number: UInt64 = 0
        withUnsafeMutableBytes(of: &number) { fill($0) }
        return number
    }
}

extension RandomBytes {
    /// Draws so many bytes.
    public func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            fill(UnsafeMutableRawBufferPointer(buffer))
            initialized = count
        }
    }
}
