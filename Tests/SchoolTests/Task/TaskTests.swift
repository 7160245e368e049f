import EventLog
import Identifiers
import Testing

@testable import School

@Suite("Recipients and tasks")
struct TaskTests {
    private let owner = BaseID(high: 9, low: 9)

    private func recipient(_ name: String, party: String = "820", folder: String = "/out") throws -> Recipient {
        Recipient(id: RecipientID(high: 1, low: 1), name: name, folder: folder, party: try TransferParty(party))
    }

    private func task(_ name: String, bases: [BaseID], report: String = "pupil-core") -> TaskDefinition {
        TaskDefinition(
            id: TaskID(high: 2, low: 2),
            name: name,
            bases: bases,
            recipient: RecipientID(high: 1, low: 1),
            type: .changedData,
            report: report
        )
    }

    @Test("S2-97: an authority is named by three digits and LLLL, a school by seven digits")
    func party() throws {
        #expect(try TransferParty("820").description == "820LLLL")
        #expect(try TransferParty("820LLLL").digits == "820")
        #expect(try TransferParty("8201079").description == "8201079")
        for text in ["", "82", "8201", "LLLL820", "820llll", "8201O79", "٨٢٠"] {
            #expect(throws: SchoolError(.partyInvalid, "")) { try TransferParty(text) }
        }
    }

    @Test("a recipient's name is its own, and its folder is given from the root")
    func addRecipient() throws {
        let first = try recipient("authority")
        #expect(try Recipient.add(first, to: [], owner: owner).events.map(\.base) == [owner])
        #expect(throws: SchoolError(.nameTaken, "")) { try Recipient.add(first, to: [first], owner: owner) }
        for name in ["", " x", "x\n", String(repeating: "x", count: 201)] {
            #expect(throws: SchoolError(.nameInvalid, "")) {
                try Recipient.add(try recipient(name), to: [], owner: owner)
            }
        }
        #expect(throws: SchoolError(.folderInvalid, "")) {
            try Recipient.add(try recipient("a", folder: "out"), to: [], owner: owner)
        }
    }

    @Test("S1-06, S2-36, S2-40: a task has a name of its own, bases, each once, one type and a report that exists")
    func createTask() throws {
        let base = BaseID(high: 3, low: 3)
        let nightly = task("nightly", bases: [base])
        #expect(try TaskDefinition.create(nightly, beside: [], owner: owner).events.count == 1)
        #expect(throws: SchoolError(.nameTaken, "")) {
            try TaskDefinition.create(nightly, beside: [nightly], owner: owner)
        }
        for bases in [[], [base, base]] {
            #expect(throws: SchoolError(.basesInvalid, "")) {
                try TaskDefinition.create(task("t", bases: bases), beside: [], owner: owner)
            }
        }
        #expect(throws: SchoolError(.reportUnknown, "")) {
            try TaskDefinition.create(task("t", bases: [base], report: "census"), beside: [], owner: owner)
        }
        #expect(TaskDefinition.DataType(rawValue: "everything") == nil)
    }

    @Test("a format carries its report; a recipient gets one format of a base, and OneRoster rows of one report")
    func format() throws {
        let (base, other) = (BaseID(high: 3, low: 3), BaseID(high: 3, low: 4))
        let ces = task("ces", bases: [base])
        var roster = task("roster", bases: [base, other])
        roster.format = .oneroster
        var classes = roster
        (classes.name, classes.report, classes.bases) = ("classes", "class-lists", [other])
        for task in [ces, roster, classes] {
            #expect(try TaskDefinition.create(task, beside: [], owner: owner).events.count == 1)
        }
        for (new, before) in [(roster, ces), (ces, roster), (classes, roster)] {
            #expect(throws: SchoolError(.formatUnfit, "")) {
                try TaskDefinition.create(new, beside: [before], owner: owner)
            }
        }
        #expect(throws: Never.self) { try TaskDefinition.create(classes, beside: [ces], owner: owner) }
        var unfit = task("unfit", bases: [base], report: "class-lists")
        #expect(throws: SchoolError(.formatUnfit, "")) {
            try TaskDefinition.create(unfit, beside: [], owner: owner)
        }
        unfit.recipient = RecipientID(high: 1, low: 2)
        unfit.format = .oneroster
        #expect(throws: Never.self) { try TaskDefinition.create(unfit, beside: [ces], owner: owner) }
        #expect(TransferFormat(recorded: "") == .ces && TransferFormat(recorded: "pdf") == nil)
    }

    @Test("numbers go from 001 to 999, then begin a new epoch")
    func numbers() {
        var number = FileNumber.first
        for _ in 1..<999 { number = number.next }
        #expect(number == FileNumber(sequence: 999, epoch: 1))
        #expect(number.next == FileNumber(sequence: 1, epoch: 2))
    }

    @Test("what was sent reads back as it was written, in items that fit the log, in one batch with the beginning")
    func items() throws {
        let run = TransferRun(
            id: RunID(high: 4, low: 4),
            task: TaskID(high: 2, low: 2),
            base: BaseID(high: 3, low: 3),
            recipient: RecipientID(high: 1, low: 1),
            stream: StreamID(high: 5, low: 5),
            lower: .origin,
            upper: Position(7)
        )
        let accepted = ReportAcceptance(base: run.base, report: "pupil-core")
            .evolved(by: .accepted(version: 1), at: Position(5))
        guard case .granted(let export) = accepted.approval(isSharing: false) else {
            Issue.record("it is accepted")
            return
        }
        let pupils: [SentPupil] = (0..<9_000).map { (number: Int) -> SentPupil in
            let code = [UInt8](repeating: UInt8(1 + number % 255), count: 32)
            return SentPupil(
                pupil: SubjectID(high: 6, low: UInt64(number)),
                key: RecipientKey(high: 7, low: UInt64(number)),
                change: PupilChange.allCases[number % 9],
                groups: [SentPupil.Group(.basicDetails, code: code), SentPupil.Group(.address, code: nil)]
            )
        }
        let file = TransferFileFacts(
            number: .first,
            name: "8201079_CES_820LLLL_001.xml",
            renderer: 1,
            isSnapshot: false,
            renderedAt: Timestamp(microseconds: 1)
        )
        let events = RunEvents.started(run, file, pupils, under: export)
        #expect(events.count > 2)
        #expect(events.allSatisfy { $0.open.count < Limits.openPartBytes })
        #expect(try events.flatMap { try SentPupil.all(in: RecordedEvent.of($0)) } == pupils)
        let completed = RunEvents.completed(run, TransferCounts(), digest: [1], under: export, cause: Position(8))
        #expect(completed.parts.map { $0.subject } == [SubjectID(run.id)])
    }

    @Test("rulings 16: why a run failed stands in words only under the key of whoever ran it")
    func failure() throws {
        let run = TransferRun(
            id: RunID(high: 4, low: 4),
            task: TaskID(high: 2, low: 2),
            base: BaseID(high: 3, low: 3),
            recipient: RecipientID(high: 1, low: 1),
            stream: StreamID(high: 5, low: 5),
            lower: .origin,
            upper: Position(7)
        )
        let end = RunEnd(.failed, "fileFailed", "cannot write /home/office/out", mayHaveLeft: true)
        let actor = ActorID(high: 8, low: 8)
        let event = RunEvents.failed(run, end, by: actor, cause: Position(8))
        #expect(!String(decoding: event.open, as: UTF8.self).contains("office"))
        #expect(event.parts.map(\.subject) == [SubjectID(actor)])
        #expect(event.parts.map(\.dataClass.rawValue) == [DataGroup.audit.rawValue])
    }
}

extension RecordedEvent {
    /// An event as the log would give it back.
    static func of(_ new: NewEvent) -> RecordedEvent {
        RecordedEvent(
            position: Position(1),
            type: new.type,
            schemaVersion: new.schemaVersion,
            base: new.base,
            stream: new.stream,
            streamVersion: 1,
            previousInStream: .origin,
            treeIndex: 0,
            actor: .zero,
            command: .zero,
            recordedAt: Timestamp(microseconds: 0),
            indexInBatch: 0,
            eventsInBatch: 1,
            cause: new.cause,
            epoch: 1,
            open: new.open,
            parts: []
        )
    }
}
