import EventLog
import Identifiers
import Projections
import School

/// One event of somebody's history: what it did, who did it, where the data came from, when.
struct StoryStep {
    /// A field's value.
    struct Value: Equatable {
        /// The field's number.
        var field: UInt32
        /// The value; empty when it is kept back.
        var value: String
        /// Why it is kept back; nil when it is shown.
        var withheld: SubjectAccess.Reason?

        /// The field's name.
        var name: String { SealedPart.name(field) }
    }

    /// What became of one field of one row.
    struct Change: Equatable {
        /// The field's name.
        var name: String
        /// What it was; nil for nothing.
        var before: String?
        /// What it is; nil for nothing.
        var after: String?
        /// Why both are kept back; nil when they are shown.
        var withheld: SubjectAccess.Reason?
    }

    /// Where the event stands.
    var position: Position
    /// Where it took effect: there, or at the retry that applied it.
    var effectivePosition: Position
    /// When it was recorded.
    var recordedAt: Timestamp
    /// The school's key; nil for the store itself.
    var base: String?
    /// Who caused it.
    var actor: ActorID
    /// The actor's name; nil when it is kept back or its key has been destroyed.
    var actorName: String?
    /// What kind of thing it is about: the person, a class membership, a mark.
    var kind: EntityKind
    /// The thing.
    var entity: SubjectID
    /// The data group; nil for the thing as a whole.
    var group: DataGroup?
    /// In words: changed, sent to a recipient, no longer in the exports.
    var what: String
    /// Which import it came from.
    var origin: StorySources.Origin?
    /// In which of its files, and where.
    var place: StorySources.Place?
    /// What was done to the group: set, cleared, deletedAtSource; nil for an event about the thing as a whole.
    var change: String?
    /// The thing's key in its source; nil when it is kept back, or no sealed part tells it.
    var key: String?
    /// The group's rows before.
    var before: [[Value]] = []
    /// The rows after.
    var after: [[Value]] = []
    /// Which of the event's sealed parts it tells; nil for none.
    var part: Int?
    /// What was sealed in it; nil when it is not shown whole.
    var opened: [UInt8]?
    /// True when somebody only looked.
    var isReading = false
    /// True when it tells what left the school, or was to.
    var isDisclosure = false
    /// What the open part says of other people, so that it is kept back; nil when it is shown.
    var openWithheld: SubjectAccess.Reason?

    /// The session that a mark is about, `2025-09-01 AM`; nil for anything else.
    var session: String? {
        guard kind == .mark else { return nil }
        let row = after.first ?? before.first ?? []
        let told = [Field.sessionDate, .sessionHalf].compactMap { field in
            row.first { $0.field == UInt32(field.rawValue) }?.value
        }
        return told.isEmpty ? nil : told.joined(separator: " ")
    }

    /// Field by field what the event changed: rows that are as before say nothing.
    var changes: [Change] {
        var gone = before
        var come: [[Value]] = []
        for row in after {
            if let same = gone.firstIndex(of: row) { gone.remove(at: same) } else { come.append(row) }
        }
        var changes: [Change] = []
        for row in come {
            // A row keeps what names it: the contact of a link, the class of a membership, or else its place.
            let old = gone.firstIndex { Self.name(of: $0) == Self.name(of: row) }
            changes += Self.changes(from: old.map { gone.remove(at: $0) } ?? [], to: row)
        }
        for row in gone { changes += Self.changes(from: row, to: []) }
        return changes
    }

    private static let naming: Set<UInt32> = Set(
        [Field.contactKey, .classKey, .languageType].map { UInt32($0.rawValue) }
    )

    private static func name(of row: [Value]) -> [String] {
        row.filter { naming.contains($0.field) }.map(\.value)
    }

    private static func changes(from old: [Value], to new: [Value]) -> [Change] {
        var fields: [UInt32] = []
        for value in old + new where !fields.contains(value.field) { fields.append(value.field) }
        return fields.sorted().compactMap { field in
            let (gone, come) = (old.filter { $0.field == field }, new.filter { $0.field == field })
            guard gone != come else { return nil }
            return Change(
                name: SealedPart.name(field),
                before: gone.isEmpty ? nil : gone.map(\.value).joined(separator: ", "),
                after: come.isEmpty ? nil : come.map(\.value).joined(separator: ", "),
                withheld: (come + gone).lazy.compactMap(\.withheld).first
            )
        }
    }
}
