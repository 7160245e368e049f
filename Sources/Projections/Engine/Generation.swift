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
    private let tables: [String: Table]
    private let isSuperseded = Atomic<Bool>(false)

    static let metaTable = "engine"
    private static let checkpointKey = Array("checkpoint".utf8)
    private static let projectionsKey = Array("projections".utf8)

    /// Opens a generation, or makes it when its folder is empty.
    ///
    /// - Parameters:
    ///   - durability: `.unsynced` while it is under construction.
    init(
        folder: String,
        number: Int,
        projections: [any Projection],
        mapBytes: Int,
        durability: Environment.Options.Durability
    ) throws {
        let names = [Self.metaTable] + projections.flatMap { $0.tables.flatMap(\.names) }
        environment = try Environment(
            file: folder + "/data.mdb",
            options: Environment.Options(mapBytes: mapBytes, tablesMax: names.count, durability: durability)
        )
        tables = Dictionary(uniqueKeysWithValues: zip(names, try environment.tables(names)))
        self.folder = folder
        self.number = number
    }

    deinit {
        if isSuperseded.load(ordering: .acquiring) { StateFolder.remove(folder) }
    }

    /// Lets the folder go with the last holder.
    func supersede() { isSuperseded.store(true, ordering: .releasing) }

    /// Names of all tables, in order.
    var tableNames: [String] { tables.keys.sorted() }

    /// A table by its name.
    func table(_ name: String) throws -> Table {
        guard let table = tables[name] else {
            throw ProjectionError(.folder, "generation \(number) has no table \(name)")
        }
        return table
    }

    /// How far it has come; nil before its first batch.
    func checkpoint(in transaction: borrowing some Transaction & ~Copyable) throws -> Checkpoint? {
        try transaction.bytes(for: Self.checkpointKey, in: table(Self.metaTable)).map { try Checkpoint($0) }
    }

    /// Which projections filled it; nil before its first batch.
    func fingerprint(in transaction: borrowing some Transaction & ~Copyable) throws -> String? {
        try transaction.bytes(for: Self.projectionsKey, in: table(Self.metaTable)).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Writes how far it has come, into the transaction that brought it there.
    func set(
        _ checkpoint: Checkpoint,
        _ fingerprint: String,
        in transaction: inout WriteTransaction
    ) throws {
        let meta = try table(Self.metaTable)
        try transaction.put(checkpoint.row, for: Self.checkpointKey, in: meta)
        try transaction.put(Array(fingerprint.utf8), for: Self.projectionsKey, in: meta)
    }

    /// The first projection that a fingerprint has in a higher version than these, with that version; nil for none.
    static func newer(in fingerprint: String, than projections: [any Projection]) -> String? {
        let known = Dictionary(projections.map { ($0.name, $0.version) }) { first, _ in first }
        return fingerprint.split(separator: "\n").first { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let version = UInt32(words[1]), let mine = known[String(words[0])] else {
                return false
            }
            return version > mine
        }.map(String.init)
    }

    /// Names and versions of projections, by which state knows who filled it.
    static func fingerprint(of projections: [any Projection]) -> String {
        projections.map { "\($0.name) \($0.version)" }.joined(separator: "\n")
    }
}
