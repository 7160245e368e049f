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
    private let mapBytesMax: Int
    let blocks: Table
    let heads: Table
    let commands: Table
    let bases: Table
    let blockBases: Table
    let blockTypes: Table
    let meta: Table

    private static let tableNames = ["blocks", "heads", "commands", "bases", "blockBases", "blockTypes", "meta"]

    private static func path(_ layout: StoreLayout) -> String { layout.log + "/data.mdb" }

    /// Makes the file of a log without events; durable on return.
    ///
    /// Nothing but this makes one: a file that is missing later is a loss, and an empty one would hide it.
    static func create(_ layout: StoreLayout, end: LogEnd) throws {
        let environment = try Environment(file: path(layout), options: Environment.Options(tablesMax: 16))
        let tables = try environment.tables(tableNames)
        let row = end.row
        try environment.write { transaction in
            try transaction.put(row, for: LogEnd.key, in: tables[6])
        }
    }

    /// Opens the file.
    ///
    /// - Throws: `logMissing` when there is none.
    init(_ layout: StoreLayout, settings: LogSettings) throws {
        mapBytesMax = settings.mapBytesMax
        environment = try Self.open(Self.path(layout), settings)
        let tables = try environment.tables(Self.tableNames, create: false)
        blocks = tables[0]
        heads = tables[1]
        commands = tables[2]
        bases = tables[3]
        blockBases = tables[4]
        blockTypes = tables[5]
        meta = tables[6]
    }

    private static func open(_ path: String, _ settings: LogSettings) throws -> Environment {
        let options = Environment.Options(
            mapBytes: settings.mapBytes,
            tablesMax: 16,
            createsFile: false,
            durability: settings.unsafe.contains(.appliesUnsynced) ? .unsynced : .full
        )
        do {
            return try Environment(file: path, options: options)
        } catch {
            guard error.code == .missing else { throw error }
            throw EventLogError(
                .logMissing,
                "\(path) is gone, and the log with it: mount the disk that holds it, or restore the store from a backup",
                cause: error
            )
        }
    }

    /// How long to wait for reads to end before the map grows.
    private static let growWaitMilliseconds = 10_000

    /// Runs a closure in a write transaction, which commits, durably; a map that is full grows, and it runs again.
    func write(_ body: (inout WriteTransaction) throws -> Void) throws {
        while true {
            do {
                return try environment.write(body)
            } catch let error as LMDBError where error.code == .mapFull {
                let size = try environment.statistics().mapBytes
                guard size < mapBytesMax else { throw error }
                try environment.grow(
                    mapBytes: min(size * 2, mapBytesMax),
                    waitMilliseconds: Self.growWaitMilliseconds
                )
            }
        }
    }

    /// Where the applied log ends.
    func end() throws -> LogEnd {
        try environment.read { try end(in: $0) }
    }

    /// The same in a transaction that is open.
    ///
    /// - Throws: `blockDamaged` when the file does not say: a log without events has the row, too.
    func end(in transaction: borrowing some Transaction & ~Copyable) throws -> LogEnd {
        guard let row = try transaction.bytes(for: LogEnd.key, in: meta) else {
            throw EventLogError(
                .blockDamaged,
                "\(environment.file) does not say where the log ends: restore the store from a backup"
            )
        }
        return try row.withUnsafeBytes { try LogEnd(reading: $0) }
    }
}
