import Identifiers
import Projections
import School
import Synchronization

/// The pupils of a source as a store holds them, found by UPN or by names, birth date and sex.
///
/// The index is of the store as it was when somebody first asked: both readings of an import must find the same pupil.
/// It holds hashes and keys, some hundred bytes a pupil, and is made only for files that need it.
public final class StoredPupils: KnownPupils {
    private let store: any ImportStore
    private let source: SourceID?
    private let index = Mutex<Index?>(nil)

    private struct Index {
        var byUPN: [Int: [String]] = [:]
        var byFour: [Int: [String]] = [:]
    }

    /// Joins a store.
    ///
    /// - Parameter source: the source; nil for one that has never told of anybody.
    public init(_ store: any ImportStore, source: SourceID?) {
        self.store = store
        self.source = source
    }

    /// How a pupil of this key is known; nil when the source has told of none.
    public func identity(ofKey key: String) throws -> PupilIdentity? {
        guard let source, let entry = try store.entity(source, .pupil, key: key) else { return nil }
        return try identity(entry.id)
    }

    /// Keys of the pupils who have this UPN.
    public func keys(upn: String) throws -> [String] {
        try found(\.byUPN, upn) { $0.upn == upn }
    }

    /// Keys of the pupils with these birth date, names and sex.
    public func keys(allFour: String) throws -> [String] {
        try found(\.byFour, allFour) { $0.allFour == allFour }
    }

    /// What is known of a group of a pupil or contact; nil when nothing is.
    public func content(of group: DataGroup, _ kind: EntityKind, key: String) throws -> GroupContent? {
        guard let source, let entry = try store.entity(source, kind, key: key) else { return nil }
        return try store.content(of: group, of: entry.id)
    }

    private func identity(_ id: SubjectID) throws -> PupilIdentity {
        PupilIdentity(try store.content(of: .basicDetails, of: id)?.rows.first ?? FieldRow())
    }

    private func found(
        _ table: KeyPath<Index, [Int: [String]]>,
        _ text: String,
        _ isRight: (PupilIdentity) -> Bool
    ) throws -> [String] {
        guard let source else { return [] }
        let keys = try index.withLock { index in
            let made = try index ?? makeIndex(source)
            index = made
            return made[keyPath: table][text.hashValue] ?? []
        }
        // A hash may be shared. Somebody who has changed since the index was made is still the one it found.
        return keys.count < 2 ? keys : try keys.filter { try identity(ofKey: $0).map(isRight) ?? false }
    }

    private func makeIndex(_ source: SourceID) throws -> Index {
        var index = Index()
        try store.forEachEntity(source, .pupil) { known in
            let identity = try identity(known.id)
            if let upn = identity.upn { index.byUPN[upn.hashValue, default: []].append(known.key) }
            if let four = identity.allFour { index.byFour[four.hashValue, default: []].append(known.key) }
        }
        return index
    }
}
