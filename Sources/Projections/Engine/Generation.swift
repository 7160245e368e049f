import EventLog
import Glibc
import Identifiers
import LMDB
import Synchronization

/// One generation of state: a folder with an LMDB file, filled from the log from the beginning, never repaired.
///
/// Whoever reads holds it; superseded, its folder goes when the last holder has let go.
public final class Generation: Sendable {
    /// The folder.
    let folder: String
    /// The number in the folder's name.
    public let number: Int
    let environment: Environment
    /// Projections whose rows here are not what this program makes: nobody reads them, nobody brings them forward.
    let outdated: [OutdatedProjection]
    /// What else stands here, and stays as it is.
    let others: [Filling]
    private let tables: [String: Table]
    private let refused: [String: OutdatedProjection]
    private let isSuperseded = Atomic<Bool>(false)

    static let metaTable = "engine"
    private static let checkpointKey = Array("checkpoint".utf8)
    private static let projectionsKey = Array("projections".utf8)
    private static let runsKey = Array("runs".utf8)

    /// Opens a generation, or makes it when its folder is empty.
    ///
    /// - Parameters:
    ///   - durability: `.unsynced` while it is under construction.
    ///   - judged: false for one under construction, where all rows are written anew.
    init(
        folder: String,
        number: Int,
        projections: [any Projection],
        mapBytes: Int,
        durability: Environment.Options.Durability,
        judged: Bool = false
    ) throws {
        let names = [Self.metaTable, ParkedStreams.table] + projections.flatMap { $0.tables.flatMap(\.names) }
        environment = try Environment(
            file: folder + "/data.mdb",
            options: Environment.Options(mapBytes: mapBytes, tablesMax: names.count, durability: durability)
        )
        let tables = Dictionary(uniqueKeysWithValues: zip(names, try environment.tables(names)))
        self.tables = tables
        self.folder = folder
        self.number = number
        (outdated, others) =
            try judged
            ? environment.read { try Generation.judge(projections, by: tables[Generation.metaTable], in: $0) }
            : ([], [])
        var refused: [String: OutdatedProjection] = [:]
        for outdated in outdated {
            let own = projections.filter { $0.name == outdated.name }.flatMap { $0.tables.flatMap(\.names) }
            for table in own { refused[table] = outdated }
        }
        self.refused = refused
    }

    /// Which projections are not there as this program makes them, and what stays as it is.
    private static func judge(
        _ projections: [any Projection],
        by meta: Table?,
        in transaction: borrowing ReadTransaction
    ) throws -> ([OutdatedProjection], [Filling]) {
        guard let meta, let row = try transaction.bytes(for: checkpointKey, in: meta),
            let lines = try transaction.bytes(for: projectionsKey, in: meta)
        else { return ([], []) }
        let position = try Checkpoint(row).position
        let fillings = Filling.lines(String(decoding: lines, as: UTF8.self))
        let outdated = projections.compactMap { projection -> OutdatedProjection? in
            let filling = fillings.first { $0.name == projection.name }
            let stopped = filling?.stoppedAt ?? position
            if filling?.version == projection.version, stopped == position { return nil }
            return OutdatedProjection(
                name: projection.name,
                version: projection.version,
                storedVersion: filling?.version,
                position: filling == nil ? .origin : stopped
            )
        }
        let active = Set(projections.map(\.name)).subtracting(outdated.map(\.name))
        let others = fillings.filter { !active.contains($0.name) }
            .map { Filling(name: $0.name, version: $0.version, stoppedAt: $0.stoppedAt ?? position) }
        return (outdated, others)
    }

    /// The projections that are brought forward here.
    func active(of projections: [any Projection]) -> [any Projection] {
        projections.filter { projection in !outdated.contains { $0.name == projection.name } }
    }

    deinit {
        if isSuperseded.load(ordering: .acquiring) { StateFolder.remove(folder) }
    }

    /// Lets the folder go with the last holder.
    func supersede() { isSuperseded.store(true, ordering: .releasing) }

    /// Names of all tables, in order.
    var tableNames: [String] { tables.keys.sorted() }

    /// A table by its name, to be read or written as this program does.
    ///
    /// - Throws: `outdated` when the rows in it are of another version.
    func table(_ name: String) throws -> Table {
        if let outdated = refused[name] { throw outdated.refusal }
        return try anyTable(name)
    }

    /// A table by its name, whatever its rows are.
    func anyTable(_ name: String) throws -> Table {
        guard let table = tables[name] else {
            throw ProjectionError(.folder, "generation \(number) has no table \(name)")
        }
        return table
    }

    /// How far it has come; nil before its first batch.
    func checkpoint(in transaction: borrowing some Transaction & ~Copyable) throws -> Checkpoint? {
        try transaction.bytes(for: Self.checkpointKey, in: table(Self.metaTable)).map { try Checkpoint($0) }
    }

    /// What it holds of which projection; nothing before its first batch.
    func fillings(in transaction: borrowing some Transaction & ~Copyable) throws -> [Filling] {
        let row = try transaction.bytes(for: Self.projectionsKey, in: table(Self.metaTable))
        return Filling.lines(String(decoding: row ?? [], as: UTF8.self))
    }

    /// Writes how far it has come, into the transaction that brought it there.
    func set(
        _ checkpoint: Checkpoint,
        _ fillings: [Filling],
        in transaction: inout WriteTransaction
    ) throws {
        let meta = try table(Self.metaTable)
        try transaction.put(checkpoint.row, for: Self.checkpointKey, in: meta)
        let lines = fillings.map(\.line).joined(separator: "\n")
        try transaction.put(Array(lines.utf8), for: Self.projectionsKey, in: meta)
    }

    /// What has been put aside by a build that has not come to its end.
    func runRecords(in transaction: borrowing some Transaction & ~Copyable) throws -> [RunRecord] {
        let row = try transaction.bytes(for: Self.runsKey, in: table(Self.metaTable)) ?? []
        return String(decoding: row, as: UTF8.self).split(separator: "\n").compactMap { RunRecord($0) }
    }

    /// Refuses to be published while something is put aside.
    func requireWhole() throws {
        guard try environment.read({ try runRecords(in: $0) }).isEmpty else {
            throw ProjectionError(.outOfOrder, "generation \(number) is not whole: it has writes that were put aside")
        }
    }

    /// Writes what has been put aside, into the transaction that did so or merged some of it.
    func set(_ records: [RunRecord], in transaction: inout WriteTransaction) throws {
        let meta = try table(Self.metaTable)
        if records.isEmpty {
            try transaction.delete(Self.runsKey, in: meta)
        } else {
            let lines = records.map(\.line).joined(separator: "\n")
            try transaction.put(Array(lines.utf8), for: Self.runsKey, in: meta)
        }
    }

    /// The first projection that is there in a higher version than these have; nil for none.
    static func newer(in fillings: [Filling], than projections: [any Projection]) -> Filling? {
        let known = Dictionary(projections.map { ($0.name, $0.version) }) { first, _ in first }
        return fillings.first { filling in known[filling.name].map { filling.version > $0 } ?? false }
    }
}
