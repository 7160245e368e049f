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
    let scratch: Scratch
    /// The files by their numbers in the run.
    let files: [String]

    /// What a row turned out to be about.
    struct Row {
        var record: SourceRecord
        var base: BaseID
        /// The person or thing that the row belongs to and whose keys seal it; nil when that is the entity itself.
        var owner: SubjectID?
    }

    /// Why a row is not taken in.
    enum Refusal: Error {
        /// It belongs to a school that the run is not about.
        case leftOut
        /// Something it points at is not there (rulings 36).
        case parked(Fault)
    }

    /// The rule that a row breaks.
    struct Fault {
        var field: String
        var reason: String
        var rule: IssueRule
        /// What the row has in the field.
        var value: String?
    }

    private enum Target {
        case found(SubjectID, BaseID)
        case held(Scratch.Place)
        case leftOut
        case missing
    }

    /// Resolves a row whose base key, if it has one, has been found.
    ///
    /// - Throws: `Refusal`.
    func resolve(_ record: SourceRecord, base: BaseID?, bases: BaseBook) throws -> Row {
        var owner: SubjectID?
        var found = base
        for reference in record.references {
            if reference.kind == .base {
                try require(base: reference, bases)
                continue
            }
            let target = try find(reference.kind, reference.key, field: reference.field)
            if reference.kind == Self.ownerKind[record.kind] { owner = target.id }
            // A class membership is at its class's base; other rows without a base are where their owner is.
            if base == nil && (found == nil || reference.kind == .class) { found = target.base }
        }
        if record.kind == .registration {
            owner = try find(.pupil, record.key, field: "pupil_key").id
        } else if record.isPart {
            found = try find(record.kind, record.key, field: "pupil_key").base
        }
        // Terms and courses of a whole authority belong to no school.
        if found == nil && (record.kind == .term || record.kind == .course) { found = store.owner }
        guard let found else {
            let reason = "it cannot be told which school this row belongs to"
            throw Refusal.parked(Fault(field: "", reason: reason, rule: .baseUnclear))
        }
        return Row(record: record, base: found, owner: owner)
    }

    /// The key of the base that a row names, itself for a school's own row.
    static func baseKey(of record: SourceRecord) -> String? {
        record.base ?? (record.kind == .base ? record.key : nil)
    }

    /// The key of a second registration: the pupil's and the base's.
    static func registrationKey(_ pupil: String, _ base: BaseID) -> String { "\(pupil)\u{1F}\(base.hex)" }

    /// Whose row it is, for kinds that have no stream of their own.
    static let ownerKind: [EntityKind: EntityKind] = [
        .enrolment: .pupil, .teaching: .teacher, .mark: .pupil,
    ]

    /// A base must be in the files, or registered; where the files tell no bases, one that the run registers will do.
    private func require(base reference: SourceRecord.Reference, _ bases: BaseBook) throws {
        if scratch.sight(.base, reference.key)?.stands == true { return }
        if try bases.isRegistered(reference.key) { return }
        if coverage.groups[.base] == nil, try bases.id(of: reference.key) != nil { return }
        _ = try find(.base, reference.key, field: reference.field)
    }

    private func find(_ kind: EntityKind, _ key: String, field: String) throws -> (id: SubjectID, base: BaseID) {
        switch try target(kind, key) {
        case .found(let id, let base): return (id, base)
        case .leftOut where kind == .contact:
            let reason =
                "names a contact whom another school keeps, and the run is limited to one: import that school too"
            throw Refusal.parked(Fault(field: field, reason: reason, rule: .referenceMissing, value: key))
        case .leftOut: throw Refusal.leftOut
        case .held(let place):
            let reason =
                "names a \(kind.name) whose own row is held back (\(files[Int(place.file)]), line \(place.line)): "
                + "correct that row, and this one goes in with it"
            throw Refusal.parked(Fault(field: field, reason: reason, rule: .referenceHeld, value: key))
        case .missing:
            let reason =
                "names a \(kind.name) that is not in the files: add the \(kind.name) to the export, or take this row out"
            throw Refusal.parked(Fault(field: field, reason: reason, rule: .referenceMissing, value: key))
        }
    }

    private func target(_ kind: EntityKind, _ key: String) throws -> Target {
        let entry = scratch.sight(kind, key)
        if let entry {
            if entry.stands { return .found(entry.id, entry.base) }
            if entry.flags.contains(.isDeleted) { return .missing }
        } else if mode == .full && coverage.groups[kind] != nil {
            return .missing
        }
        if let known = try store.entity(source, kind, key: key), known.isPresent { return .found(known.id, known.base) }
        guard let entry else { return .missing }
        return entry.flags.contains(.isLeftOut) ? .leftOut : .held(entry.place)
    }
}
