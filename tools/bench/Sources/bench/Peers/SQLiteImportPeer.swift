import CSQLite
import Connectors
import Foundation

/// SQLite as a loader of exports: each file into a table of its own as `.import` does it, then from there into a table
/// with a primary key, all in one transaction, durable.
///
/// It checks no value, compares nothing and tells nobody what changed.
final class SQLiteImportPeer {
    /// The columns by which the rows of a file are known; of other files those called `base` or ending in `_key`.
    private static let keys = [
        "registrations": ["base", "pupil_key", "entry_date"], "calendar": ["base", "date", "session"],
        "attendance-marks": ["base", "pupil_key", "date", "session"], "sen": ["pupil_key", "start", "need_rank"],
        "fsm": ["pupil_key", "start"], "addresses": ["pupil_key", "address_type", "postcode"],
        "contacts": ["contact_key"], "pupils": ["pupil_key"], "staff": ["staff_key"], "classes": ["class_key"],
    ]

    private let database: OpaquePointer

    /// Makes an empty database.
    init(folder: String) throws {
        var handle: OpaquePointer?
        let opened = sqlite3_open(folder + "/export.sqlite", &handle)
        guard opened == SQLITE_OK, let handle else { throw BenchError(.peer, "sqlite3_open: \(opened)") }
        database = handle
        try execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144;")
        try execute("PRAGMA mmap_size=17179869184; PRAGMA wal_autocheckpoint=20000;")
    }

    deinit { sqlite3_close(database) }

    /// Takes all files of a folder in.
    func take(_ export: String) throws {
        try execute("BEGIN IMMEDIATE")
        for name in try FileManager.default.contentsOfDirectory(atPath: export).sorted() {
            guard name.hasSuffix(".csv"), name != "manifest.csv" else { continue }
            try take(export + "/" + name, area: String(name.dropLast(4)))
        }
        try execute("COMMIT")
    }

    private func take(_ path: String, area: String) throws {
        var reader = try CSVReader.open(path: path)
        let columns = reader.header
        let names = columns.map { "\"\($0)\"" }.joined(separator: ",")
        let keys = (Self.keys[area] ?? columns.filter { $0 == "base" || $0.hasSuffix("_key") })
            .map { "\"\($0)\"" }.joined(separator: ",")
        try execute("CREATE TABLE \"loaded-\(area)\"(\(columns.map { "\"\($0)\" TEXT" }.joined(separator: ",")))")
        try execute(
            "CREATE TABLE IF NOT EXISTS \"\(area)\"(\(columns.map { "\"\($0)\" TEXT" }.joined(separator: ",")), "
                + "PRIMARY KEY(\(keys))) WITHOUT ROWID"
        )
        let places = columns.map { _ in "?" }.joined(separator: ",")
        var insert: OpaquePointer?
        try check(
            sqlite3_prepare_v2(database, "INSERT INTO \"loaded-\(area)\" VALUES(\(places))", -1, &insert, nil),
            is: SQLITE_OK
        )
        defer { sqlite3_finalize(insert) }
        let count = columns.count
        while try reader.next() {
            for column in 0..<count {
                reader.withBytes(column) { bytes in
                    // Static bindings, as the fastest caller would make them: the bytes outlive the step.
                    let start = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
                    sqlite3_bind_text(insert, Int32(column + 1), start, Int32(bytes.count), nil)
                }
            }
            try check(sqlite3_step(insert), is: SQLITE_DONE)
            sqlite3_reset(insert)
        }
        let set = columns.map { "\"\($0)\"=excluded.\"\($0)\"" }.joined(separator: ",")
        try execute(
            "INSERT INTO \"\(area)\"(\(names)) SELECT \(names) FROM \"loaded-\(area)\" WHERE true "
                + "ON CONFLICT(\(keys)) DO UPDATE SET \(set)"
        )
    }

    private func execute(_ sql: String) throws {
        try check(sqlite3_exec(database, sql, nil, nil, nil), is: SQLITE_OK)
    }

    private func check(_ code: Int32, is expected: Int32) throws {
        guard code == expected else { throw BenchError(.peer, "SQLite: \(String(cString: sqlite3_errmsg(database)))") }
    }
}
