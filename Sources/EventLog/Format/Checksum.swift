import CISAL

/// CRC-32C (Castagnoli), the checksum of frames and blocks: it tells damage, not tampering.
enum Checksum {
    /// The CRC of bytes; `previous` continues one.
    ///
    /// ISA-L's function is without the inversion before and after, so both are done here.
    @inline(__always)
    static func crc32c(_ bytes: UnsafeRawBufferPointer, continuing previous: UInt32 = 0) -> UInt32 {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return previous }
        let pointer = UnsafeMutablePointer(mutating: start.assumingMemoryBound(to: UInt8.self))
        return ~crc32_iscsi(pointer, Int32(bytes.count), ~previous)
    }
}
