import LMDB

/// The tables of the log's file, read whole, and what the document says they hold of the records.
struct DocumentedTables {
    /// Blocks by first position, in order.
    private(set) var blocks: [([UInt8], [UInt8])] = []
    /// The log's end; nil before anything was applied.
    private(set) var end: [UInt8]?
    private var heads: [[UInt8]: [UInt8]] = [:]
    private var commands: [[UInt8]: [UInt8]] = [:]
    private var bases: [[UInt8]: [UInt8]] = [:]
    private var blockBases: Set<[UInt8]> = []
    private var blockTypes: Set<[UInt8]> = []

    init(_ environment: Environment) throws {
        let tables = try environment.tables([
            "blocks", "heads", "commands", "bases", "blockBases", "blockTypes", "meta",
        ])
        blocks = try Self.rows(tables[0], environment)
        heads = Dictionary(try Self.rows(tables[1], environment)) { $1 }
        commands = Dictionary(try Self.rows(tables[2], environment)) { $1 }
        bases = Dictionary(try Self.rows(tables[3], environment)) { $1 }
        blockBases = Set(try Self.rows(tables[4], environment).map(\.0))
        blockTypes = Set(try Self.rows(tables[5], environment).map(\.0))
        end = try Self.rows(tables[6], environment).first { $0.0 == Array("end".utf8) }?.1
    }

    private static func rows(_ table: Table, _ environment: Environment) throws -> [([UInt8], [UInt8])] {
        var rows: [([UInt8], [UInt8])] = []
        try environment.read { transaction in
            try transaction.scan(table) { key, value in
                rows.append(([UInt8](copying: key), [UInt8](copying: value)))
                return true
            }
        }
        return rows
    }

    /// Whether a block is found by each base and type in it, and by no other.
    func finds(_ records: ArraySlice<DocumentedRecord>, in first: UInt64) throws -> Bool {
        let place = withUnsafeBytes(of: first.bigEndian) { Array($0) }
        let wantedBases = Set(try records.map { try $0.leaf["base"] + place })
        let wantedTypes = Set(try records.map { try $0.leaf["type"] + place })
        return blockBases.filter { $0.suffix(8) == place[...] } == wantedBases
            && blockTypes.filter { $0.suffix(8) == place[...] } == wantedTypes
    }

    /// Checks heads, commands and tree sizes against all records of the file.
    func check(_ records: [DocumentedRecord]) throws {
        var expectedHeads: [[UInt8]: [UInt8]] = [:]
        var sizes: [[UInt8]: UInt64] = [:]
        var expectedCommands: [[UInt8]: [UInt8]] = [:]
        var batch: [DocumentedRecord] = []
        for (index, record) in records.enumerated() {
            let leaf = record.leaf
            let before = expectedHeads[try leaf["stream"]] ?? [UInt8](repeating: 0, count: 16)
            guard try leaf.number("position") == UInt64(index) + 1,
                try leaf.number("stream version") == UInt64(bigEndian: Array(before[..<8])) + 1,
                try leaf["previous position of this stream"] == Array(before[8...]),
                try leaf.number("index in its base's tree") == sizes[leaf["base"], default: 0],
                try leaf.count("index in batch") == batch.count
            else { throw NotAsDocumented("the leaf at \(index + 1)") }
            expectedHeads[try leaf["stream"]] = try leaf["stream version"] + leaf["position"]
            sizes[try leaf["base"], default: 0] += 1
            batch.append(record)
            guard try batch.count == leaf.count("events in batch") else { continue }
            let place = try batch[0].leaf["position"] + leaf["events in batch"]
            // Of a batch of which a key has been destroyed nobody can take the fingerprint again.
            let isWhole = batch.allSatisfy { $0.parts.allSatisfy { $0.code != nil } }
            let kept = try commands[leaf["command"]]?.suffix(32) ?? []
            expectedCommands[try leaf["command"]] =
                try place + (isWhole ? DocumentedRecord.fingerprint(of: batch) : Array(kept))
            batch = []
        }
        guard heads == expectedHeads else { throw NotAsDocumented("heads") }
        guard commands == expectedCommands else { throw NotAsDocumented("commands") }
        guard bases.mapValues({ UInt64(bigEndian: $0) }) == sizes else { throw NotAsDocumented("bases") }
        guard batch.isEmpty else { throw NotAsDocumented("a batch without its end") }
    }
}
