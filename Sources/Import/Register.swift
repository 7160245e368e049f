import EventLog
import Events
import Foundation
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// Gathers marks into registers, and sessions into calendars: one event with a part for each child, not one a mark.
struct Register {
    private struct Page: Hashable {
        var kind: EntityKind
        var base: BaseID
        var day: String
        var half: String
    }

    private struct Open {
        var entities: [UInt8] = []
        var parts: [NewPart] = []
    }

    let composer: EventComposer
    private var pages: [Page: Open] = [:]
    private var order: [Page] = []
    /// Marks and sessions that wait.
    private(set) var count = 0
    /// Bytes of them.
    private(set) var bytes = 0

    init(composer: EventComposer) {
        self.composer = composer
    }

    /// True for the kinds that are gathered.
    static func takes(_ kind: EntityKind) -> Bool { kind == .mark || kind == .session }

    /// Adds a mark or a session.
    mutating func add(_ row: RowResolver.Row, id: SubjectID, change: EventComposer.GroupChange) throws {
        try add(
            change,
            on: change.rows.first ?? FieldRow(),
            of: row.record.kind,
            key: row.record.key,
            id: id,
            owner: row.owner,
            at: row.base
        )
    }

    /// Adds a change of a mark or a session.
    ///
    /// - Parameter session: tells the day and the half.
    mutating func add(
        _ change: EventComposer.GroupChange,
        on session: FieldRow,
        of kind: EntityKind,
        key: String,
        id: SubjectID,
        owner: SubjectID?,
        at base: BaseID
    ) throws {
        let page = Page(kind: kind, base: base, day: session[.sessionDate] ?? "", half: session[.sessionHalf] ?? "")
        let subject = EventComposer.subject(of: page.kind, id: id, owner: owner, base: base)
        if pages[page] == nil { order.append(page) }
        pages[page, default: Open()].entities += id.bytes
        let part = try composer.part(change, key: key, subject: subject)
        pages[page, default: Open()].parts.append(part)
        count += 1
        bytes += part.plaintext.count + id.bytes.count
    }

    /// The registers gathered so far, as events.
    mutating func events() throws -> [NewEvent] {
        defer {
            pages = [:]
            order = []
            count = 0
            bytes = 0
        }
        var events: [NewEvent] = []
        for page in order {
            guard let open = pages[page] else { continue }
            for start in stride(from: 0, to: open.parts.count, by: Limits.eventParts) {
                let range = start..<min(start + Limits.eventParts, open.parts.count)
                events.append(
                    try event(
                        page,
                        Array(open.entities[range.lowerBound * 16..<range.upperBound * 16]),
                        Array(open.parts[range])
                    )
                )
            }
        }
        return events
    }

    private func event(_ page: Page, _ entities: [UInt8], _ parts: [NewPart]) throws -> NewEvent {
        var open = Syncd_Events_EntityChanged()
        open.source = composer.source.data
        open.run = composer.run.data
        open.kind = UInt32(page.kind.rawValue)
        open.entities = Data(entities)
        if let day = CalendarDate(iso: page.day) { open.day = Int32(day.dayNumber) }
        open.session = page.half == "PM" ? 2 : 1
        return NewEvent(
            type: EventComposer.type(of: page.kind).number,
            base: page.base,
            stream: Self.stream(page),
            open: try open.bytes(),
            parts: parts
        )
    }

    /// A register's stream: its base, day and half, hashed.
    ///
    /// None of them says anything of a person.
    private static func stream(_ page: Page) -> StreamID {
        var hash = SHA256()
        let digest = hash.digest(of: Array("register \(page.kind.name) \(page.base) \(page.day) \(page.half)".utf8))
        return digest.withUnsafeBytes { StreamID(reading: $0) }
    }
}
