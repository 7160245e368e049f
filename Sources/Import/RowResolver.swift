import EventLog
import Identifiers
import Projections
import School

/// Finds out what a row is about: its base, its owner, and whether everything it points at is there.
struct RowResolver {
    let store: any ImportStore
    let source: SourceID
    let mode: ImportRequest.Mode
    let coverage: Coverage

    /// What a row turned out to be about.
    struct Row {
        var record: SourceRecord
        var base: BaseID
        /// The person or thing that the row belongs to and whose keys seal it; nil when that is the entity itself.
        var owner: SubjectID?
    }

    /// Why a row cannot be taken in.
    struct Refusal: Error {
        var field: String
        var reason: String
    }

    /// Resolves a row whose base key, if it has one, has been found.
    ///
    /// - Throws: `Refusal` when something it points at is not there (rulings 36).
    func resolve(_ record: SourceRecord, base: BaseID?, in scratch: Scratch) throws -> Row {
        var record = record
        var owner: SubjectID?
        var found = base
        for reference in record.references {
            guard let target = try target(reference.kind, reference.key, in: scratch) else {
                throw Refusal(
                    field: reference.field,
                    reason: "names a \(reference.kind.name) that is not in the files: add the \(reference.kind.name) "
                        + "to the export, or take this row out"
                )
            }
            if reference.kind == Self.ownerKind[record.kind] { owner = target.id }
            // A class membership is at its class's base; other rows without a base are where their owner is.
            if base == nil && (found == nil || reference.kind == .class) { found = target.base }
        }
        if record.kind == .pupil, record.groups.map(\.group) == [.registration], let base,
            let pupil = try target(.pupil, record.key, in: scratch), pupil.base != base
        {
            // Registered at a second base: a thing of its own, which belongs to the pupil (rulings 2).
            record.kind = .registration
            owner = pupil.id
        } else if record.kind == .pupil, base == nil {
            guard let pupil = try target(.pupil, record.key, in: scratch) else {
                throw Refusal(
                    field: "pupil_key",
                    reason: "names a pupil who is not in the files: add the pupil to the export, or take this row out"
                )
            }
            found = pupil.base
        }
        // Terms and courses of a whole authority belong to no school.
        if found == nil && (record.kind == .term || record.kind == .course) { found = store.owner }
        guard let found else {
            throw Refusal(field: "", reason: "it cannot be told which school this row belongs to")
        }
        if record.kind == .registration { record.key += "\u{1F}\(found.hex)" }
        return Row(record: record, base: found, owner: owner)
    }

    /// The key of the base that a row names, itself for a school's own row.
    static func baseKey(of record: SourceRecord) -> String? {
        record.base ?? (record.kind == .base ? record.key : nil)
    }

    /// Whose row it is, for kinds that have no stream of their own.
    private static let ownerKind: [EntityKind: EntityKind] = [
        .enrolment: .pupil, .teaching: .teacher, .mark: .pupil, .registration: .pupil,
    ]

    private func target(
        _ kind: EntityKind,
        _ key: String,
        in scratch: Scratch
    ) throws -> (id: SubjectID, base: BaseID)? {
        if let entry = try scratch.entry(kind, key) { return entry.isParked ? nil : (entry.id, entry.base) }
        if mode == .full && coverage.groups[kind] != nil { return nil }
        guard let entity = try store.entity(source, kind, key: key), entity.isPresent else { return nil }
        return (entity.id, entity.base)
    }
}
