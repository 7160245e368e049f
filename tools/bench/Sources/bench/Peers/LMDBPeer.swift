import CLMDB
import Foundation
import Identifiers

/// LMDB alone: full sync, one record an event, and a unique (stream, version) index in the same transaction.
final class LMDBPeer: Peer {
    private let path: String
    private let environment: OpaquePointer
    private var events: MDB_dbi = 0
    private var streams: MDB_dbi = 0
    private var versions: [UInt64]
    private var position: UInt64 = 0
    private var packed = PeerEvent()

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - folder: an empty folder.
    ///   - people: how many streams there will be.
    init(folder: String, people: Int) throws {
        path = folder
        versions = [UInt64](repeating: 0, count: people)
        var handle: OpaquePointer?
        let created = mdb_env_create(&handle)
        guard created == MDB_SUCCESS, let handle else { throw BenchError(.peer, "mdb_env_create: \(created)") }
        environment = handle
        try Self.check(mdb_env_set_maxdbs(environment, 2), "set maxdbs")
        try Self.check(mdb_env_set_mapsize(environment, 64 << 30), "set mapsize")
        try Self.check(mdb_env_open(environment, folder, 0, 0o600), "open")
        try write { transaction in
            try Self.check(mdb_dbi_open(transaction, "events", UInt32(MDB_CREATE), &events), "open events")
            try Self.check(mdb_dbi_open(transaction, "streams", UInt32(MDB_CREATE), &streams), "open streams")
        }
    }

    deinit { mdb_env_close(environment) }

    func append(_ count: Int, from maker: inout EventMaker) throws {
        try write { transaction in
            for _ in 0..<count { try add(maker.event(), actor: maker.actor, to: transaction) }
        }
    }

    private func add(_ event: MadeEvent, actor: ActorID, to transaction: OpaquePointer) throws {
        position += 1
        versions[event.person] += 1
        try packed.pack(event, actor: actor, command: CommandID(event.stream))
        try withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { keys in
            keys.storeBytes(of: position.bigEndian, as: UInt64.self)
            event.stream.write(into: UnsafeMutableRawBufferPointer(rebasing: keys[8..<24]))
            keys.storeBytes(of: versions[event.person].bigEndian, toByteOffset: 24, as: UInt64.self)
            var positionKey = MDB_val(mv_size: 8, mv_data: keys.baseAddress)
            var streamKey = MDB_val(mv_size: 24, mv_data: keys.baseAddress?.advanced(by: 8))
            try packed.bytes.withUnsafeBytes { bytes in
                var record = MDB_val(
                    mv_size: packed.count,
                    mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                )
                try Self.check(
                    mdb_put(transaction, events, &positionKey, &record, UInt32(MDB_APPEND)),
                    "put an event"
                )
            }
            var place = positionKey
            try Self.check(
                mdb_put(transaction, streams, &streamKey, &place, UInt32(MDB_NOOVERWRITE)),
                "put a stream's version"
            )
        }
    }

    func scan() throws -> Int {
        var transaction: OpaquePointer?
        try Self.check(mdb_txn_begin(environment, nil, UInt32(MDB_RDONLY), &transaction), "begin reading")
        defer { mdb_txn_abort(transaction) }
        var cursor: OpaquePointer?
        try Self.check(mdb_cursor_open(transaction, events, &cursor), "open a cursor")
        defer { mdb_cursor_close(cursor) }
        var key = MDB_val()
        var value = MDB_val()
        var count = 0
        var seen: UInt16 = 0
        while mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS {
            seen |= value.mv_data.loadUnaligned(as: UInt16.self)
            count += 1
        }
        guard count == 0 || seen == PeerEvent.firstWord else {
            throw BenchError(.wrongAnswer, "LMDB answered events that were not written")
        }
        return count
    }

    func settle() {}

    func fileBytes() throws -> Int { try fileLength(path + "/data.mdb") }

    private func write(_ work: (OpaquePointer) throws -> Void) throws {
        var handle: OpaquePointer?
        let begun = mdb_txn_begin(environment, nil, 0, &handle)
        guard begun == MDB_SUCCESS, let handle else { throw BenchError(.peer, "LMDB, begin: \(begun)") }
        do { try work(handle) } catch {
            mdb_txn_abort(handle)
            throw error
        }
        try Self.check(mdb_txn_commit(handle), "commit")
    }

    private static func check(_ code: Int32, _ what: String) throws {
        guard code == MDB_SUCCESS else {
            throw BenchError(.peer, "LMDB, \(what): \(String(cString: mdb_strerror(code)))")
        }
    }
}
