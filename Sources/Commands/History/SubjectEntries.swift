import EventLog
import Identifiers
import Projections
import School

/// The events about a person, and about what belongs to the person, in the order of the log.
struct SubjectEntries {
    /// One event and what it is about.
    struct Entry {
        /// The person, a second registration, a class membership, a mark.
        var thing: Entity
        /// Where, when it took effect, and which group.
        var entry: HistoryEntry
    }

    /// The events.
    private(set) var all: [Entry] = []

    /// Finds them.
    init(of person: Entity, in snapshot: borrowing Snapshot) throws {
        var things = [person]
        for kind in [EntityKind.registration, .enrolment, .mark] {
            var ids: [SubjectID] = []
            try snapshot.entities(kind, of: person.id) { id in
                ids.append(id)
                return true
            }
            things += try ids.compactMap { try snapshot.entity($0) }
        }
        for thing in things {
            try snapshot.history(of: thing.id) { entry in
                all.append(Entry(thing: thing, entry: entry))
                return true
            }
        }
        all.sort { $0.entry.position < $1.entry.position }
    }

    /// Finds them, and what was decided about the person.
    init(of person: Entity, withDecisionsIn session: Session) throws {
        self = try session.state.read { try SubjectEntries(of: person, in: $0) }
        for stream in [StreamID(person.id), PupilConsentRules.stream(of: person.id)] {
            try session.log.read(LogQuery(stream: stream)) { event in
                guard let type = EventType(rawValue: event.type.rawValue), StoryStep.decisions.contains(type) else {
                    return true
                }
                let at = event.position
                let entry = HistoryEntry(position: at, effectivePosition: at, type: type, group: nil)
                all.append(Entry(thing: person, entry: entry))
                return true
            }
        }
        all.sort { $0.entry.position < $1.entry.position }
    }
}
