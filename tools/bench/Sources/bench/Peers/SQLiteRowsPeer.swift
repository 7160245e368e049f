import CSQLite
import Foundation

/// SQLite given the finished rows of state, in key order, 1,000 a transaction: it opens, decodes and decides nothing.
final class SQLiteRowsPeer {
    private static let rowsATransaction = 1_000

    private let database: OpaquePointer
    private var inserts: [String: OpaquePointer?] = [:]
    private var rows = 0

    /// Makes an empty store.
    init(folder: String) throws {
        var handle: OpaquePointer?
        let opened = sqlite3_open(folder + "/rows.sqlite", &handle)
        guard opened == SQLITE_OK, let handle else { throw BenchError(.peer, "sqlite3_open: \(opened)") }
        database = handle
        // As the other peer is tuned.
        try execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;")
        try execute("PRAGMA mmap_size=17179869184; PRAGMA wal_autocheckpoint=20000; BEGIN IMMEDIATE")
    }

    deinit {
        for statement in inserts.values { sqlite3_finalize(statement) }
        sqlite3_close(database)
    }

    /// Adds a row.
    func add(_ table: String, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws {
        let insert = try statement(table)
        sqlite3_bind_blob(insert, 1, key.baseAddress, Int32(key.count), nil)
        // A blob without a pointer would be NULL.
        if value.isEmpty {
            sqlite3_bind_zeroblob(insert, 2, 0)
        } else {
            sqlite3_bind_blob(insert, 2, value.baseAddress, Int32(value.count), nil)
        }
        guard sqlite3_step(insert) == SQLITE_DONE else { throw failure("insert") }
        sqlite3_reset(insert)
        rows += 1
        if rows % Self.rowsATransaction == 0 { try execute("COMMIT; BEGIN IMMEDIATE") }
    }

    /// Commits what is left.
    func finish() throws { try execute("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)") }

    private func statement(_ table: String) throws -> OpaquePointer? {
        if let known = inserts[table] { return known }
        try execute("CREATE TABLE \"\(table)\"(key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        var made: OpaquePointer?
        guard
            sqlite3_prepare_v2(database, "INSERT OR REPLACE INTO \"\(table)\" VALUES(?, ?)", -1, &made, nil)
                == SQLITE_OK
        else { throw failure("prepare") }
        inserts[table] = made
        return made
    }

    private func execute(_ sql: String) throws {
        guard sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    private func failure(_ what: String) -> BenchError {
        BenchError(.peer, "SQLite, \(what): \(String(cString: sqlite3_errmsg(database)))")
    }
}
