import LMDB

/// The log's LMDB file: packed blocks and what finds them.
///
/// | table | key | value |
/// |---|---|---|
/// | blocks | first position 8 | a block (`BlockLayout`) |
/// | heads | stream 16 | version 8, last position 8 |
/// | commands | command id 16 | first position 8, events 4, fingerprint 32 |
/// | bases | base 16 | size of its tree 8 |
/// | blockBases | base 16, first position of the block 8 | nothing |
/// | blockTypes | type 2, first position of the block 8 | nothing |
/// | meta | "end" | `LogEnd` |
struct LogFile: Sendable {
    let environment: Environment
    let blocks: Table
    let heads: Table
    let commands: Table
    let bases: Table
    let blockBases: Table
    let blockTypes: Table
    let meta: Table

    /// Opens the file, making it when there is none.
    init(_ layout: StoreLayout, settings: LogSettings) throws {
        let unsynced = settings.unsafe.contains(.appliesUnsynced)
        environment = try Environment(
            file: layout.log + "/data.mdb",
            options: Environment.Options(
                mapBytes: settings.mapBytes,
                tablesMax: 16,
                durability: unsynced ? .unsynced : .full
            )
        )
        let tables = try environment.tables([
            "blocks", "heads", "commands", "bases", "blockBases", "blockTypes", "meta",
        ])
        blocks = tables[0]
        heads = tables[1]
        commands = tables[2]
        bases = tables[3]
        blockBases = tables[4]
        blockTypes = tables[5]
        meta = tables[6]
    }

    /// Where the applied log ends; the start of an empty log when nothing has been applied.
    func end() throws -> LogEnd {
        try environment.read { transaction in
            guard let value = try transaction.value(for: LogEnd.key, in: meta) else { return LogEnd() }
            return try value.withUnsafeBytes { try LogEnd(reading: $0) }
        }
    }
}
