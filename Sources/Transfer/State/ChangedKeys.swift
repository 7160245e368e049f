import Identifiers
import Projections
import School

/// Which classes, courses and terms have changed: by their keys in their sources, as classes and memberships name them.
struct ChangedKeys {
    private struct Key: Hashable {
        var source: SourceID
        var key: String
    }

    private var keys: [EntityKind: Set<Key>] = [:]

    var isEmpty: Bool { keys.isEmpty }

    /// Notes a thing that changed.
    mutating func add(_ thing: SubjectID, _ snapshot: borrowing Snapshot) throws {
        guard let entity = try snapshot.entity(thing) else { return }
        keys[entity.kind, default: []].insert(Key(source: entity.source, key: entity.key))
    }

    /// Whether a membership is of a class that changed, or whose course or term did.
    func touches(_ membership: SubjectID, _ snapshot: borrowing Snapshot) throws -> Bool {
        guard let entity = try snapshot.entity(membership),
            let key = try snapshot.group(.classMembership, of: membership)?.content?.rows.first?[.classKey]
        else { return false }
        if keys[.class]?.contains(Key(source: entity.source, key: key)) == true { return true }
        guard keys[.course] != nil || keys[.term] != nil,
            let found = try snapshot.mirrorEntry(entity.source, .class, key: key),
            let details = try snapshot.group(.classDetails, of: found.id)?.content
        else { return false }
        return details.rows.flatMap(\.entries).contains { entry in
            let kind: EntityKind? = [.courseKey: .course, .termKey: .term][entry.field]
            return kind.flatMap { keys[$0]?.contains(Key(source: entity.source, key: entry.value)) } == true
        }
    }
}
