import CCrypto

/// What is asked of libcrypto before anything else.
enum Libcrypto {
    /// Stops the process when libcrypto refuses what it can only refuse if its installation is broken or memory is out.
    ///
    /// Sealing, hashing and drawing random bytes have no wrong input once lengths are checked, and no answer that could
    /// stand in for theirs: going on would write what nobody can open, or seal under bytes that are not random.
    @inline(__always)
    static func require(_ succeeded: Bool, _ what: StaticString) {
        guard succeeded else { fail(what) }
    }

    /// What libcrypto made, or the end of the process when it made nothing; see `require`.
    static func require<Made>(_ made: Made?, _ what: StaticString) -> Made {
        guard let made else { fail(what) }
        return made
    }

    @inline(never)
    private static func fail(_ what: StaticString) -> Never {
        fatalError("libcrypto failed at \(what) (error \(ERR_peek_last_error())): check the installation of OpenSSL 3")
    }
}

extension UnsafeRawBufferPointer {
    /// A buffer of no bytes.
    @inlinable
    public static var empty: Self { Self(start: nil, count: 0) }

    /// Where the bytes begin, as libcrypto's prototypes name it; nil for no bytes.
    @inline(__always)
    var unsignedChars: UnsafePointer<UInt8>? { baseAddress?.assumingMemoryBound(to: UInt8.self) }
}
