import Foundation
import LMDB

/// A store, read by `schemas/store.md` alone, with none of the log's code: what a program of another maker would see.
struct DocumentedStore {
    let log: [UInt8]
    let keys: DocumentedKeys
    /// Every record, those of the log's file first, then those of the write-ahead log behind them.
    private(set) var records: [DocumentedRecord] = []
    /// How many of them stand in the log's file.
    private(set) var applied = 0
    /// How the log's file says that the write-ahead log goes on.
    private(set) var continuation: UInt64 = 0
    /// The most batches that one frame has.
    private(set) var batchesInFrame = 0
    /// How many segments there are.
    private(set) var segments = 0

    /// Reads everything and checks whatever the document says can be checked.
    init(store: URL, keys folder: URL) throws {
        let control = try String(contentsOf: store.appending(path: "control"), encoding: .utf8)
        var values: [Substring: Substring] = [:]
        for line in control.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            values[words[0]] = words.last
        }
        guard values["syncd-store"] == "1", let id = values["log"], values["owner"]?.count == 32,
            values["epoch"].map({ UInt32($0) }) != nil
        else { throw NotAsDocumented("the control file") }
        log = stride(from: 0, to: 32, by: 2).compactMap { UInt8(id.dropFirst($0).prefix(2), radix: 16) }
        keys = try DocumentedKeys(store: store, keys: folder, log: String(id))
        let end = try readLogFile(store.appending(path: "log/data.mdb").path)
        try readWAL(store.appending(path: "wal"), from: end)
    }

    // MARK: The log's file

    private mutating func readLogFile(_ path: String) throws -> Fields {
        let options = Environment.Options(mapBytes: 1 << 30, tablesMax: 16, createsFile: false)
        let environment = try Environment(file: path, options: options)
        let tables = try DocumentedTables(environment)
        for (key, block) in tables.blocks { try readBlock(block, first: UInt64(bigEndian: key), tables) }
        applied = records.count
        try tables.check(records)
        guard let row = tables.end else { throw NotAsDocumented("there is no log's end") }
        let end = try Fields("log's end", of: row)
        guard row.count == end.layout.count, try end.count("applied position") == records.count,
            try records.isEmpty || end["recorded at"] == records.last?.leaf["recorded at"],
            try end.number("key generation") == keys.generation, try end.count("key pages") <= keys.pages
        else { throw NotAsDocumented("the log's end") }
        continuation = try end.number("continuation")
        return end
    }

    private mutating func readBlock(_ block: [UInt8], first: UInt64, _ tables: DocumentedTables) throws {
        let header = try Fields("block header", of: block)
        let count = try header.count("records")
        let table = header.layout.count + count * 208
        let bodies = table + (count + 1) * 4
        let end = bodies + (try header.count("bytes of bodies"))
        guard try header.number("first position") == first, Int(first) == records.count + 1,
            (block.count + 16) % 4096 == 0, block[end...].allSatisfy({ $0 == 0 }),
            try header.number("CRC of the leaves") == documentedCRC(block[header.layout.count..<table]),
            try header.number("CRC of the offset table") == documentedCRC(block[table..<bodies]),
            try header.number("CRC of the bodies") == documentedCRC(block[bodies..<end]),
            try header.number("CRC of bytes 0 to 60") == documentedCRC(block[..<60])
        else { throw NotAsDocumented("the block at \(first)") }
        func bodyOffset(_ index: Int) -> Int { Int(UInt64(bigEndian: Array(block[(table + index * 4)...].prefix(4)))) }
        for index in 0..<count {
            let leaf = block[(header.layout.count + index * 208)...].prefix(208)
            let body = block[(bodies + bodyOffset(index))..<(bodies + bodyOffset(index + 1))]
            records.append(try DocumentedRecord(leaf + body, log: log, keys: keys))
        }
        let times = try records.suffix(count).map { Int64(bitPattern: try $0.leaf.number("recorded at")) }
        guard times.min() == Int64(bitPattern: try header.number("earliest recorded at")),
            times.max() == Int64(bitPattern: try header.number("latest recorded at")),
            try tables.finds(records.suffix(count), in: first)
        else { throw NotAsDocumented("what finds the block at \(first)") }
    }

    // MARK: The write-ahead log

    private mutating func readWAL(_ folder: URL, from end: Fields) throws {
        let begin = try end.number("segment")
        var crc = try end.number("CRC of that frame")
        var frame = try end.number("frame")
        // Where each frame ends, and its CRC.
        var ends: [UInt64: (crc: UInt64, offset: Int)] = [:]
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for name in names where name.hasSuffix(".wal") && UInt64(name.dropLast(4)) ?? 0 >= begin {
            let segment = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            segments += 1
            let header = try Fields("segment header", of: segment)
            guard try header["log id"] == log, try header.number("segment") == UInt64(name.dropLast(4)),
                try header.number("CRC of bytes 0 to 508") == documentedCRC(segment[..<508])
            else { throw NotAsDocumented("the header of \(name)") }
            if try header.count("first position") > records.count {
                guard try header.number("CRC of the frame before") == crc,
                    try header.number("number of the frame before") == frame,
                    try header.count("first position") == records.count + 1
                else { throw NotAsDocumented("\(name) does not follow") }
            }
            crc = try header.number("CRC of the frame before")
            frame = try header.number("number of the frame before")
            var offset = header.layout.count
            ends[frame] = (crc, offset)
            while offset < segment.count, segment[offset..<offset + 4] != [0, 0, 0, 0] {
                (offset, crc) = try readFrame(segment, at: offset, after: (frame, crc), name)
                frame += 1
                ends[frame] = (crc, offset)
            }
        }
        if continuation == 1 {
            guard let (crc, offset) = ends[try end.number("frame")], try end.number("CRC of that frame") == crc,
                try end.count("offset") == offset
            else { throw NotAsDocumented("a clean end that is no frame's") }
        }
    }

    private mutating func readFrame(
        _ segment: [UInt8],
        at offset: Int,
        after: (number: UInt64, crc: UInt64),
        _ name: String
    ) throws -> (Int, UInt64) {
        let header = try Fields("frame header", of: segment[offset...])
        let length = try header.count("bytes of records")
        let payload = length + (try header.count("batches")) * 32
        let total = (header.layout.count + payload + 16 + 511) / 512 * 512
        let frame = Array(segment[offset..<offset + total])
        let trailer = try Fields("frame trailer", of: frame.suffix(16))
        let crc = documentedCRC(frame[..<60] + frame[64...])
        guard try header.number("CRC of this frame") == crc, try header["log id"] == log,
            try header.number("CRC of the frame before") == after.crc,
            try header.number("frame number") == after.number + 1,
            try header.number("segment") == UInt64(name.dropLast(4)),
            try trailer["frame number"] == header["frame number"],
            try trailer["bytes of records"] == header["bytes of records"],
            try trailer["complement of bytes of records"] == header["bytes of records"].map(~)
        else { throw NotAsDocumented("the frame at \(offset) of \(name)") }
        let first = try header.count("first position")
        let batches = try readBatches(frame, recordsEnd: 64 + length, of: header)
        if first > applied {
            guard first == records.count + 1 else { throw NotAsDocumented("a gap before \(first)") }
            records += batches
        }
        return (offset + total, crc)
    }

    /// The records of a frame, with the fingerprint of each batch checked.
    private mutating func readBatches(_ frame: [UInt8], recordsEnd: Int, of header: Fields) throws -> [DocumentedRecord]
    {
        var found: [DocumentedRecord] = []
        var offset = header.layout.count
        var fingerprint = recordsEnd
        var batches = 0
        while offset < recordsEnd {
            var batch: [DocumentedRecord] = []
            repeat {
                batch.append(try DocumentedRecord(frame[offset..<recordsEnd], log: log, keys: keys))
                offset += batch.last?.count ?? 0
            } while try batch.count < (batch[0].leaf.count("events in batch"))
            // Of a batch of which a key has been destroyed nobody can take the fingerprint again.
            let isWhole = batch.allSatisfy { $0.parts.allSatisfy { $0.code != nil } }
            let told = Array(frame[fingerprint..<fingerprint + 32])
            guard try !isWhole || DocumentedRecord.fingerprint(of: batch) == told else {
                throw NotAsDocumented("a batch's fingerprint in the write-ahead log")
            }
            fingerprint += 32
            batches += 1
            found += batch
        }
        guard try found.count == header.count("events"), frame[fingerprint..<frame.count - 16].allSatisfy({ $0 == 0 })
        else { throw NotAsDocumented("a frame's counts") }
        batchesInFrame = max(batchesInFrame, batches)
        return found
    }
}

extension UInt64 {
    /// A big-endian number of up to eight bytes.
    init(bigEndian bytes: [UInt8]) { self = bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
