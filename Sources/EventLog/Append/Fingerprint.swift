import Identifiers
import Sealing

/// What tells a repeat from a reuse: type, stream, open part and each part's keyed code (log.md section 4).
enum Fingerprint {
    /// Bytes gathered for one call of the hash: a call costs as much as hashing what one event puts in.
    private static let gathered = 32 << 10
    /// Type 2, parts 2, bytes of the open part 4, stream 16.
    private static let headBytes = 24

    /// Hashes a batch.
    ///
    /// - Parameter codes: the code of each part's plaintext under its data key, in order.
    static func digest(of batch: Batch, codes: [Digest]) -> Digest {
        var hash = SHA256()
        let buffer = ByteBuffer(capacity: gathered)
        var code = 0
        for event in batch.events {
            let bytes = headBytes + event.open.count + event.parts.count * Digest.byteCount
            if buffer.count + bytes > gathered {
                hash.update(buffer.bytes)
                buffer.count = 0
            }
            let eventCodes = codes[code..<code + event.parts.count]
            code += event.parts.count
            if bytes <= gathered {
                write(event, eventCodes, into: buffer.slice(buffer.count..<buffer.count + bytes))
                buffer.count += bytes
            } else {
                let large = ByteBuffer(capacity: bytes, count: bytes)
                write(event, eventCodes, into: large.slice(0..<bytes))
                hash.update(large.bytes)
            }
        }
        hash.update(buffer.bytes)
        return hash.finish()
    }

    private static func write(
        _ event: NewEvent,
        _ codes: ArraySlice<Digest>,
        into memory: UnsafeMutableRawBufferPointer
    ) {
        memory.putBigEndian(event.type.rawValue, at: 0)
        memory.putBigEndian(UInt16(event.parts.count), at: 2)
        memory.putBigEndian(UInt32(event.open.count), at: 4)
        event.stream.write(into: UnsafeMutableRawBufferPointer(rebasing: memory[8..<headBytes]))
        event.open.withUnsafeBytes { if !$0.isEmpty { memory.copy($0, at: headBytes) } }
        var offset = headBytes + event.open.count
        for code in codes {
            code.write(into: UnsafeMutableRawBufferPointer(rebasing: memory[offset...]))
            offset += Digest.byteCount
        }
    }
}
