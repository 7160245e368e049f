import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf

/// One look at personal data, as the log remembers it.
struct Look {
    /// How surely it showed something of the person who was asked about.
    enum About: String {
        /// It was at these people alone.
        case named
        /// It was over a range of events in which something of the person stands.
        case range
    }

    var position: Position
    var recordedAt: Timestamp
    var actor: ActorID
    /// The actor's name and reason; nil for a closed list, or when their key has been destroyed.
    var note: (actor: String, reason: String)?
    /// The command that opened.
    var command: String
    var range: ClosedRange<UInt64>
    /// The grants under which an auditor opened.
    var grants: [String]
    /// How many people it was at, when it was at these alone.
    var people: Int
    /// How surely it showed something of one person; nil when nobody was asked about.
    var about: About?
    private let isOpen: Bool

    init(_ event: RecordedEvent, _ open: Syncd_Events_RecordsRead, about: About?, isOpen: Bool) throws {
        position = event.position
        recordedAt = event.recordedAt
        actor = event.actor
        command = open.command
        range = open.from...max(open.from, open.to)
        people = open.subjects.count / 16
        grants = stride(from: 0, to: open.grants.count, by: 16).map {
            OpenPart.hex(open.grants.dropFirst($0).prefix(16))
        }
        self.about = about
        self.isOpen = isOpen
        if isOpen, let part = event.parts.first, case .note(let told)? = try SealedPart(part, of: event) {
            note = (told.actor, told.reason)
        }
    }

    /// The titles over `values`.
    static let columns = ["event", "when", "actor", "actorName", "command", "people", "from", "to", "about", "reason"]

    /// The look as a row of a file.
    var values: [String] {
        [
            String(position.rawValue), LondonTime.text(recordedAt), actor.hex, note?.actor ?? "", command,
            people == 0 ? "" : String(people), String(range.lowerBound), String(range.upperBound),
            about?.rawValue ?? "",
            note?.reason ?? "",
        ]
    }

    /// The look for people.
    var cells: [String] {
        let whole = range.lowerBound == 1 && people > 0
        return [
            String(position.rawValue), LondonTime.text(recordedAt), note?.actor ?? actor.hex, command,
            people == 0 ? "-" : Counts.grouped(people),
            whole ? "-" : "\(Counts.grouped(range.lowerBound)) to \(Counts.grouped(range.upperBound))",
        ] + (isOpen ? [note?.reason ?? "-"] : [])
    }

    /// The look for machines.
    var json: JSON {
        [
            "event": JSON(position.rawValue), "when": .string(LondonTime.iso(recordedAt)), "actor": .string(actor.hex),
            "actorName": JSON(note?.actor), "command": .string(command), "people": JSON(people),
            "from": JSON(range.lowerBound), "to": JSON(range.upperBound), "about": JSON(about?.rawValue),
            "reason": JSON(note?.reason), "grants": .array(grants.map(JSON.string)),
        ]
    }
}

/// Looks at one person, or at anybody.
struct Looks {
    private let person: SubjectID?
    /// Where something of the person stands, in order.
    private var positions: [UInt64] = []
    /// Where the runs begin whose files told of the person.
    private var runs: Set<UInt64> = []

    /// Finds out where something of a person stands.
    init(at person: Entity?, in session: Session) throws {
        self.person = person?.id
        guard let person else { return }
        try session.state.read { snapshot in
            for entry in try SubjectEntries(of: person, in: snapshot).all where entry.entry.type != .recordsRead {
                positions.append(entry.entry.position.rawValue)
                guard entry.entry.type == .transferItems else { continue }
                try session.log.read(LogQuery(from: entry.entry.position, through: entry.entry.position)) { event in
                    let items = try Syncd_Events_TransferItems(serializedBytes: event.open)
                    if let run = try RunID(bytes: items.run).flatMap({ try snapshot.taskRun($0) }) {
                        runs.insert(run.startedAt.rawValue)
                    }
                    return true
                }
            }
        }
    }

    /// The look that an event tells; nil when it is not at the person.
    ///
    /// - Parameter names: given when names and reasons are to be told.
    func look(_ event: RecordedEvent, names: ActorNames?) throws -> Look? {
        let open = try Syncd_Events_RecordsRead(serializedBytes: event.open)
        guard let person else { return try Look(event, open, about: nil, isOpen: names != nil) }
        guard let about = about(open, person) else { return nil }
        return try Look(event, open, about: about, isOpen: names != nil)
    }

    private func about(_ open: Syncd_Events_RecordsRead, _ person: SubjectID) -> Look.About? {
        let ids = stride(from: 0, to: open.subjects.count, by: 16)
        if !open.subjects.isEmpty {
            return ids.contains { SubjectID(bytes: open.subjects.dropFirst($0).prefix(16)) == person } ? .named : nil
        }
        if runs.contains(open.from), open.from == open.to { return .range }
        return positions.contains { open.from <= $0 && $0 <= open.to } ? .range : nil
    }
}
