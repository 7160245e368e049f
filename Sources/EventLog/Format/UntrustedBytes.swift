import Identifiers
import Sealing

/// The log's readers of bytes that anybody may have changed, as functions of those bytes: for fuzzing.
///
/// Each goes through the same code as recovery, a scan or the opening of a store, and either accepts the bytes or throws
/// an `EventLogError`. Nothing is written.
package enum UntrustedBytes {
    /// Reads a WAL segment as recovery does, every batch of every frame taken apart, and judges its end.
    package static func readSegment(_ path: String) throws {
        let file = try OpenFile(path, 0)
        let sector = ByteBuffer(capacity: FrameLayout.sector)
        sector.count = try file.read(into: sector.slice(0..<FrameLayout.sector), at: 0)
        let log = try SegmentHeader(reading: sector.bytes, path: path).log
        _ = try SegmentScan(path: path, log: log) { frame, payload in
            for batch in try FrameReader(frame: frame, payload: payload).batches() {
                for index in 0..<batch.count { _ = batch.leaf(index).stream }
            }
        }
    }

    /// Reads one record: its leaf, open part, rows and ciphertexts, to the last byte.
    package static func readRecord(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count >= RecordLayout.leafBytes else {
            throw EventLogError(.recordDamaged, "a record is shorter than its leaf")
        }
        let position = LeafView(UnsafeRawBufferPointer(rebasing: bytes[..<RecordLayout.leafBytes])).position
        try walk(try RecordView(parsing: bytes, expecting: position))
    }

    /// Reads a block of the log's file, record by record.
    package static func readBlock(_ bytes: UnsafeRawBufferPointer) throws {
        guard bytes.count >= BlockLayout.headerBytes else {
            throw EventLogError(.blockDamaged, "a block is shorter than its header")
        }
        let block = try BlockView(bytes, expecting: Position(bytes.bigEndian(8)))
        _ = try block.forEachRecord(from: .origin) { record in
            try walk(record)
            return true
        }
    }

    /// Looks through a key file for its pages, which needs no key.
    package static func readKeyFile(_ path: String) throws {
        let scan = try KeyFileScan(try OpenFile(path, 0))
        for found in scan.pages { _ = found.wholeSector }
    }

    /// Visits all of a record; what is visited must be what it says it is, to the byte.
    private static func walk(_ record: RecordView) throws {
        var bytes = RecordLayout.leafBytes + record.open.count
        record.forEachPart { row, ciphertext in bytes += row.count + ciphertext.count }
        precondition(bytes == record.count, "a record's parts do not make up the record")
    }
}
