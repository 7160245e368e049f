import CSQLite
import Foundation
import Identifiers

/// SQLite with WAL, synchronous=FULL and a unique (stream, version) index: a bare insert, without reading the version
/// first.
final class SQLitePeer: Peer {
    private static let table = """
        CREATE TABLE events(
            position INTEGER PRIMARY KEY, stream BLOB NOT NULL, version INTEGER NOT NULL, event BLOB NOT NULL);
        CREATE UNIQUE INDEX stream_version ON events(stream, version);
        """

    private let path: String
    private let database: OpaquePointer
    private var insert: OpaquePointer?
    private var versions: [Int64]
    private var position: Int64 = 0
    private var packed = PeerEvent()

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - folder: an empty folder.
    ///   - people: how many streams there will be.
    ///   - batch: events a transaction, by which the WAL's length is chosen.
    init(folder: String, people: Int, batch: Int) throws {
        path = folder + "/events.sqlite"
        versions = [Int64](repeating: 0, count: people)
        var handle: OpaquePointer?
        let opened = sqlite3_open(path, &handle)
        guard opened == SQLITE_OK, let handle else { throw BenchError(.peer, "sqlite3_open: \(opened)") }
        database = handle
        try execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")
        // Tuned for the peer's good: a page cache of 256 MiB for 2, the file mapped, and for large transactions a WAL of
        // 20,000 pages for 1,000 (1.4 times as fast; single events are faster with the short one).
        try execute("PRAGMA cache_size=-262144; PRAGMA mmap_size=17179869184;")
        try execute("PRAGMA wal_autocheckpoint=\(batch == 1 ? 1_000 : 20_000);")
        try execute(Self.table)
        insert = try prepare("INSERT INTO events(position, stream, version, event) VALUES(?, ?, ?, ?)")
    }

    deinit {
        sqlite3_finalize(insert)
        sqlite3_close(database)
    }

    func append(_ count: Int, from maker: inout EventMaker) throws {
        try execute("BEGIN IMMEDIATE")
        for _ in 0..<count { try add(maker.event(), actor: maker.actor) }
        try execute("COMMIT")
    }

    private func add(_ event: MadeEvent, actor: ActorID) throws {
        position += 1
        versions[event.person] += 1
        try packed.pack(event, actor: actor, command: CommandID(event.stream))
        try withUnsafeTemporaryAllocation(byteCount: 16, alignment: 8) { stream in
            event.stream.write(into: stream)
            sqlite3_bind_int64(insert, 1, position)
            sqlite3_bind_blob(insert, 2, stream.baseAddress, 16, nil)
            sqlite3_bind_int64(insert, 3, versions[event.person])
            // Static bindings, as the fastest caller would make them: the bytes outlive the step.
            try packed.bytes.withUnsafeBytes { bytes in
                sqlite3_bind_blob(insert, 4, bytes.baseAddress, Int32(packed.count), nil)
                try check(sqlite3_step(insert), is: SQLITE_DONE, "insert")
            }
            sqlite3_reset(insert)
        }
    }

    func scan() throws -> Int {
        let select = try prepare("SELECT event FROM events ORDER BY position")
        defer { sqlite3_finalize(select) }
        var count = 0
        var seen: UInt16 = 0
        while true {
            let step = sqlite3_step(select)
            if step == SQLITE_DONE { break }
            try check(step, is: SQLITE_ROW, "scan")
            guard let event = sqlite3_column_blob(select, 0) else { throw BenchError(.wrongAnswer, "an empty event") }
            seen |= event.loadUnaligned(as: UInt16.self)
            count += 1
        }
        guard count == 0 || seen == PeerEvent.firstWord else {
            throw BenchError(.wrongAnswer, "SQLite answered events that were not written")
        }
        return count
    }

    /// Copies the WAL into the database.
    func settle() throws { try execute("PRAGMA wal_checkpoint(TRUNCATE)") }

    func fileBytes() throws -> Int { try fileLength(path) }

    private func prepare(_ sql: String) throws -> OpaquePointer? {
        var statement: OpaquePointer?
        try check(sqlite3_prepare_v2(database, sql, -1, &statement, nil), is: SQLITE_OK, "prepare")
        return statement
    }

    private func execute(_ sql: String) throws {
        try check(sqlite3_exec(database, sql, nil, nil, nil), is: SQLITE_OK, sql)
    }

    private func check(_ code: Int32, is expected: Int32, _ what: String) throws {
        guard code == expected else {
            throw BenchError(.peer, "SQLite, \(what): \(String(cString: sqlite3_errmsg(database)))")
        }
    }
}

/// Length of a file in bytes.
func fileLength(_ path: String) throws -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw systemError("stat \(path)") }
    return Int(status.st_size)
}
