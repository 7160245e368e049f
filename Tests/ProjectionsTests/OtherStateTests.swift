import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf
import SyncdTesting
import Testing

@testable import Projections

/// Contact links, traces, public lists, data issues and undone imports: given these events, these rows.
struct OtherStateTests {
    let builder = EventBuilder()
    let hill = BaseID(high: 10, low: 1)
    let vale = BaseID(high: 10, low: 2)
    let ada = SubjectID(high: 20, low: 1)
    let ben = SubjectID(high: 20, low: 2)

    private func links(_ keys: String...) -> GroupContent {
        GroupContent(.contacts, keys.map { FieldRow([.init(.contactKey, $0)]) })
    }

    @Test("a contact's change is found by position, and leads to the pupils who link to the contact now")
    func contactLinks() throws {
        let details = GroupContent(.contactDetails, [FieldRow([.init(.surname, "Sample")])])
        let contact = SubjectID(high: 22, low: 1)
        let batches = [
            [try builder.changed(.pupil, ada, at: hill, key: "A1", [links("C1", "C2")])],
            [try builder.changed(.pupil, ben, at: vale, key: "B1", [links("C1")])],
            [try builder.changed(.contact, contact, at: hill, key: "C1", [details])],
            [try builder.changed(.pupil, ada, at: hill, key: "A1", [links("C2")])],
        ]
        try ProjectionScenario(given: batches).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.pupils(linkedTo: "C1", of: builder.source) == [ben])
            #expect(try snapshot.pupils(linkedTo: "C2", of: builder.source) == [ada])
            #expect(try snapshot.pupils(linkedTo: "C", of: builder.source).isEmpty)
            var found: [String] = []
            try snapshot.changedContacts(after: Position(2), to: Position(4)) { position, source, key in
                #expect(position == Position(3))
                #expect(source == builder.source)
                found.append(key)
            }
            try snapshot.changedContacts(after: Position(3), to: Position(4)) { _, _, _ in found.append("late") }
            try snapshot.changedContacts(after: .origin, to: Position(2)) { _, _, _ in found.append("early") }
            #expect(found == ["C1"])
        }
    }

    @Test("a trace says what a record became or came from, until the pupil is there again")
    func traces() throws {
        func status(
            _ id: SubjectID,
            _ status: Syncd_Events_EntityStatusChanged.Status,
            mergedInto: SubjectID? = nil,
            splitFrom: SubjectID? = nil
        ) throws -> [NewEvent] {
            let message = Syncd_Events_EntityStatusChanged.with {
                $0.entity = Data(id.bytes)
                $0.status = status
                $0.mergedInto = Data(mergedInto?.bytes ?? [])
                $0.splitFrom = Data(splitFrom?.bytes ?? [])
            }
            return [try builder.event(.entityStatusChanged, hill, StreamID(id), message)]
        }
        let cleo = SubjectID(high: 20, low: 3)
        let batches = [
            try status(ada, .deletedAtSource, mergedInto: ben), try status(cleo, .present, splitFrom: ben),
        ]
        try ProjectionScenario(given: batches).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.trace(of: ada) == .mergedInto(ben))
            #expect(try snapshot.trace(of: cleo) == .splitFrom(ben))
            #expect(try snapshot.trace(of: ben) == nil)
        }
        try ProjectionScenario(given: batches + [try status(ada, .present)]).run {
            (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.trace(of: ada) == nil)
        }
    }

    @Test("public lists hold what was told last, by both ends of a link")
    func publicLists() throws {
        func link(_ urn: String, _ other: String) -> Syncd_Events_EstablishmentLinkRow {
            .with {
                $0.urn = urn
                $0.linkUrn = other
                $0.type = "Successor"
                $0.name = "School \(other)"
            }
        }
        let stream = StreamID(high: 15, low: 1)
        let told = Syncd_Events_EstablishmentLinksChanged.with {
            $0.links = [link("100001", "100002"), link("100003", "100002")]
        }
        let gone = Syncd_Events_EstablishmentLinksChanged.with { $0.gone = [link("100003", "100002")] }
        let schools = Syncd_Events_EstablishmentsChanged.with {
            $0.establishments = ["100001", "100002"].map { urn in
                .with {
                    $0.urn = urn
                    $0.name = "School \(urn)"
                }
            }
        }
        let closed = Syncd_Events_EstablishmentsChanged.with { $0.gone = ["100001"] }
        let batches = [
            [try builder.event(.establishmentLinksChanged, hill, stream, told)],
            [try builder.event(.establishmentsChanged, hill, stream, schools)],
            [try builder.event(.establishmentLinksChanged, hill, stream, gone)],
            [try builder.event(.establishmentsChanged, hill, stream, closed)],
        ]
        try ProjectionScenario(given: batches).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.establishmentLinks().map(\.urn) == ["100001"])
            #expect(try snapshot.establishmentLinks(of: "100002").map(\.name) == ["School 100002"])
            #expect(try snapshot.establishmentLinks(of: "100003").isEmpty)
            #expect(try snapshot.establishments().map(\.urn) == ["100002"])
            #expect(try snapshot.establishment("100001") == nil)
            #expect(try snapshot.establishment("100002")?.name == "School 100002")
        }
    }

    private func raised(_ number: UInt64, line: UInt32) throws -> NewEvent {
        let issue = IssueID(high: 30, low: number)
        let message = Syncd_Events_DataIssueRaised.with {
            $0.source = Data(builder.source.bytes)
            $0.run = Data(builder.run.bytes)
            $0.issue = Data(issue.bytes)
            $0.line = line
            $0.rule = "date"
        }
        var event = try builder.event(.dataIssueRaised, hill, StreamID(issue), message)
        let part = Syncd_Events_DataIssuePart.with { $0.value = "32/01/2024" }
        event.parts = [
            NewPart(
                subject: SubjectID(issue),
                dataClass: DataClass(rawValue: DataGroup.dataIssue.rawValue),
                plaintext: try part.serializedBytes()
            )
        ]
        return event
    }

    @Test("a data issue keeps the number under which it was told first, and is open until it is resolved")
    func dataIssues() throws {
        let resolved = Syncd_Events_DataIssueResolved.with {
            $0.source = Data(builder.source.bytes)
            $0.run = Data(builder.run.bytes)
            $0.issue = Data(IssueID(high: 30, low: 1).bytes)
        }
        let batches = [
            [try raised(1, line: 2)], [try raised(2, line: 3)], [try raised(1, line: 7)],
            [try builder.event(.dataIssueResolved, hill, StreamID(high: 30, low: 1), resolved)],
        ]
        try ProjectionScenario(given: batches).run { (snapshot: borrowing Snapshot) throws in
            let first = try #require(try snapshot.dataIssue(Position(1)))
            #expect(first.line == 7 && first.value == "32/01/2024" && !first.isOpen && first.toldAt == Position(3))
            #expect(first.resolution?.at == Position(4) && first.resolution?.how == .mended)
            var open: [Position] = []
            try snapshot.openDataIssues(of: builder.source) {
                open.append($0.number)
                return true
            }
            #expect(open == [Position(2)])
            #expect(try snapshot.dataIssue(Position(3)) == nil)
        }
    }

    @Test("an undone import is told from one whose undoing was cut short")
    func undoneImports() throws {
        let stream = StreamID(builder.source)
        let (source, run, undo) = (
            Data(builder.source.bytes), Data(builder.run.bytes), Data(RunID(high: 3, low: 2).bytes)
        )
        let begun = Syncd_Events_ImportUndoStarted.with {
            $0.source = source
            $0.run = undo
            $0.undone = run
        }
        let done = Syncd_Events_ImportUndone.with {
            $0.source = source
            $0.run = undo
            $0.undone = run
            $0.appended = 4
        }
        let first = [[try builder.event(.importUndoStarted, hill, stream, begun)]]
        try ProjectionScenario(given: first).run { (snapshot: borrowing Snapshot) throws in
            let undone = try snapshot.undoneImports(of: builder.source)
            #expect(undone.map(\.isComplete) == [false] && undone[0].run == builder.run)
        }
        let both = first + [[try builder.event(.importUndone, hill, stream, done)]]
        try ProjectionScenario(given: both).run { (snapshot: borrowing Snapshot) throws in
            let undone = try snapshot.undoneImports(of: builder.source)
            #expect(undone.map(\.isComplete) == [true] && undone[0].appended == 4)
            #expect(undone[0].completedAt == Position(2) && undone[0].undo == RunID(high: 3, low: 2))
        }
    }
}
