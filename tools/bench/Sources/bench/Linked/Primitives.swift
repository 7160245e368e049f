import CISAL
import Events
import SwiftProtobuf

/// A step of replay measured alone, over more memory than the processor caches.
protocol PrimitiveAlone {
    /// Does the step for every event that was prepared; answers how many.
    func run() throws -> Int
}

/// CRC-32C alone, by ISA-L, over bytes as long as the stored ones, in pieces as long as the log's blocks.
struct ChecksumAlone: PrimitiveAlone {
    /// Bytes under one checksum: near the filled block of log.md section 4.
    private static let piece = 16_384
    private let bytes: [UInt8]
    private let bytesPerEvent: Int
    private let expected: UInt32

    /// Prepares the bytes: their values do not change how long a checksum takes.
    ///
    /// - Parameters:
    ///   - bytesPerEvent: what is checked for one event.
    ///   - total: bytes to go over.
    init(bytesPerEvent: Int, total: Int) {
        bytes = [UInt8](repeating: 0x5A, count: total)
        self.bytesPerEvent = bytesPerEvent
        expected = Self.sum(of: bytes)
    }

    func run() throws -> Int {
        guard Self.sum(of: bytes) == expected else {
            throw BenchError(.wrongAnswer, "the same bytes have two checksums")
        }
        return bytes.count / bytesPerEvent
    }

    private static func sum(of bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { bytes in
            var sum: UInt32 = 0
            for start in stride(from: 0, to: bytes.count, by: piece) {
                let address = UnsafeMutablePointer(mutating: bytes.baseAddress?.advanced(by: start))
                sum = crc32_iscsi(address, Int32(min(piece, bytes.count - start)), sum)
            }
            return sum
        }
    }
}

/// Protobuf decoding alone, over payloads that are already in clear.
struct DecodeAlone: PrimitiveAlone {
    private let payloads: [[UInt8]]

    /// Makes payloads of so many bytes in all.
    init(total: Int, maker: EventMaker) throws {
        var maker = maker
        var payloads: [[UInt8]] = []
        var bytes = 0
        while bytes < total {
            let payload = try maker.event().plaintext
            bytes += payload.count
            payloads.append(payload)
        }
        self.payloads = payloads
    }

    func run() throws -> Int {
        for payload in payloads { try decode(payload.span.bytes) }
        return payloads.count
    }
}

/// Decodes the plaintext of a part, as a projection does.
func decode(_ payload: RawSpan) throws {
    let part = try Syncd_Events_GroupPart(serializedBytes: payload)
    guard part.change == .set, !part.rows.isEmpty else {
        throw BenchError(.wrongAnswer, "a payload was decoded into something else")
    }
}
