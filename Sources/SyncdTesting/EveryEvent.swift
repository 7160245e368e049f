import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// A small log that has every type of event at least once, so that no projection and no table goes without a test.
///
/// Whoever adds an event type or a table extends it; a test says what is missing.
public struct EveryEvent {
    /// The log.
    public let log = ReferenceLog()
    let builder = EventBuilder()
    let hill = BaseID(high: 10, low: 1)
    let vale = BaseID(high: 10, low: 2)
    let owner = BaseID(high: 9, low: 9)
    let recipient = Data(RecipientID(high: 11, low: 1).bytes)
    let task = TaskID(high: 12, low: 1)
    private let ada = SubjectID(high: 20, low: 1)
    private let ben = SubjectID(high: 20, low: 2)

    /// Makes the log.
    public init() throws {
        try found()
        try importPeople()
        try changePeople()
        try transfer()
        try lists()
        try accounts()
        try agents(at: hill)
        try consents(of: ada, at: hill)
        try grants(of: ada)
        try EveryErasure(builder: builder, hill: hill, owner: owner, recipient: recipient).append(to: log)
        try tasks()
        try backups()
    }

    func append(_ type: EventType, _ base: BaseID, _ stream: StreamID, _ message: some Message) throws {
        try log.append(builder.event(type, base, stream, message))
    }

    private func found() throws {
        try append(.storeCreated, owner, StreamID(owner), Syncd_Events_StoreCreated())
        try append(.actorNamed, owner, StreamID(high: 8, low: 1), Syncd_Events_ActorNamed())
        // An event that never was: told of, and passed over.
        let elsewhere = Data(StreamID(high: 99, low: 99).bytes)
        try append(.eventRetried, owner, StreamID(owner), Syncd_Events_EventRetried.with { $0.stream = elsewhere })
        try append(.auditKeyMade, owner, StreamID(owner), Syncd_Events_AuditKeyMade.with { $0.number = 1 })
        try append(.checkpointWitnessed, owner, StreamID(owner), Syncd_Events_CheckpointWitnessed.with { $0.size = 2 })
        try append(.witnessRefused, owner, StreamID(owner), Syncd_Events_WitnessRefused.with { $0.held = 3 })
        try append(
            .publicationResumed,
            owner,
            StreamID(owner),
            Syncd_Events_PublicationResumed.with { $0.origin = "x" }
        )
        try append(.headsRecorded, owner, StreamID(owner), Syncd_Events_HeadsRecorded.with { $0.through = 2 })
        for (base, key) in [(hill, "001"), (vale, "002")] {
            try append(.baseRegistered, base, StreamID(base), Syncd_Events_BaseRegistered.with { $0.key = key })
        }
        try append(.baseConfigured, hill, StreamID(hill), Syncd_Events_BaseConfigured.with { $0.laestab = "0011234" })
        try append(
            .sourceRegistered,
            hill,
            StreamID(builder.source),
            Syncd_Events_SourceRegistered.with {
                $0.name = "mis"
                $0.format = "syncd-csv"
            }
        )
    }

    private func importPeople() throws {
        let (source, run) = (Data(builder.source.bytes), Data(builder.run.bytes))
        let stream = StreamID(builder.source)
        let started = Syncd_Events_ImportStarted.with {
            $0.source = source
            $0.run = run
        }
        try append(.importStarted, hill, stream, started)
        let link = GroupContent(.contacts, [FieldRow([.init(.contactKey, "C1")])])
        let name = GroupContent(.basicDetails, [FieldRow([.init(.surname, "Sample")])])
        let spell = GroupContent(.registration, [FieldRow([.init(.leavingDate, "2025-07-18")])])
        try log.append(builder.changed(.pupil, ada, at: hill, key: "A1", [name, spell, link]))
        try log.append(builder.changed(.pupil, ben, at: hill, key: "B1", [name]))
        let things: [(EntityKind, GroupContent)] = [
            (.contact, GroupContent(.contactDetails, [FieldRow([.init(.surname, "Sample")])])),
            (.teacher, GroupContent(.staffDetails, [FieldRow([.init(.surname, "Sample")])])),
            (.class, GroupContent(.classDetails, [FieldRow([.init(.title, "7A")])])),
            (.base, GroupContent(.baseDetails, [FieldRow([.init(.name, "Hill")])])),
            (.teaching, GroupContent(.teachingAssignment, [FieldRow([.init(.title, "7A")])])),
            (.session, GroupContent(.calendar, [FieldRow([.init(.title, "AM")])])),
        ]
        for (number, thing) in things.enumerated() {
            let id = SubjectID(high: 21, low: UInt64(number))
            try log.append(builder.changed(thing.0, id, at: hill, key: "\(thing.0.name)1", [thing.1]))
        }
        try log.append(
            builder.changed(.contact, SubjectID(high: 22, low: 1), at: hill, key: "C1", [things[0].1])
        )
        let own: [(EntityKind, GroupContent)] = [
            (.enrolment, GroupContent(.classMembership, [FieldRow([.init(.title, "7A")])])),
            (.mark, GroupContent(.attendance, [FieldRow([.init(.mark, "/")])])),
        ]
        for (number, thing) in own.enumerated() {
            let id = SubjectID(high: 23, low: UInt64(number))
            try log.append(builder.changed(thing.0, id, at: hill, key: "\(thing.0.name)1", [thing.1], owner: ada))
        }
        try issues(run, source)
    }

    private func issues(_ run: Data, _ source: Data) throws {
        let stream = StreamID(builder.source)
        for number in UInt64(1)...2 {
            let issue = IssueID(high: 30, low: number)
            let raised = Syncd_Events_DataIssueRaised.with {
                $0.source = source
                $0.run = run
                $0.issue = Data(issue.bytes)
                $0.file = "pupils.csv"
                $0.line = UInt32(number)
                $0.rule = "date"
            }
            let part = Syncd_Events_DataIssuePart.with { $0.value = "32/01/2024" }
            var event = try builder.event(.dataIssueRaised, hill, StreamID(issue), raised)
            event.parts = [
                NewPart(
                    subject: SubjectID(issue),
                    dataClass: DataClass(rawValue: DataGroup.dataIssue.rawValue),
                    plaintext: try part.serializedBytes()
                )
            ]
            try log.append(event)
        }
        let resolved = Syncd_Events_DataIssueResolved.with {
            $0.source = source
            $0.run = run
            $0.issue = Data(IssueID(high: 30, low: 1).bytes)
        }
        try append(.dataIssueResolved, hill, StreamID(IssueID(high: 30, low: 1)), resolved)
        let completed = Syncd_Events_ImportCompleted.with {
            $0.source = source
            $0.run = run
            $0.issuesSeen = Data(IssueID(high: 30, low: 2).bytes)
        }
        try append(.importCompleted, hill, stream, completed)
        let ignored = Syncd_Events_ImportDeletesIgnored.with {
            $0.source = source
            $0.run = run
            $0.count = 1
        }
        try append(.importDeletesIgnored, hill, stream, ignored)
        let undo = Data(RunID(high: 3, low: 2).bytes)
        let begun = Syncd_Events_ImportUndoStarted.with {
            $0.source = source
            $0.run = undo
            $0.undone = run
        }
        try append(.importUndoStarted, hill, stream, begun)
        let undone = Syncd_Events_ImportUndone.with {
            $0.source = source
            $0.run = undo
            $0.undone = run
        }
        try append(.importUndone, hill, stream, undone)
    }

    private func changePeople() throws {
        // So many that a list of somebody's history is full.
        for number in 0..<40 {
            let content = GroupContent(.address, [FieldRow([.init(.town, "Town\(number)")])])
            try log.append(builder.changed(.pupil, ada, at: hill, key: "A1", [content]))
        }
        try log.append(builder.status(.absent, of: ben, .pupil, at: hill))
        let merged = Syncd_Events_EntityStatusChanged.with {
            $0.source = Data(builder.source.bytes)
            $0.run = Data(builder.run.bytes)
            $0.kind = UInt32(EntityKind.pupil.rawValue)
            $0.entity = Data(ben.bytes)
            $0.status = .deletedAtSource
            $0.mergedInto = Data(ada.bytes)
        }
        try append(.entityStatusChanged, hill, StreamID(ben), merged)
        try log.append(builder.moved(ada, .pupil, from: hill, to: vale))
    }

    private func transfer() throws {
        let stream = StreamID(high: 14, low: 1)
        let accepted = Syncd_Events_ReportAccepted.with {
            $0.report = "pupil-core"
            $0.reportVersion = 1
        }
        let recipientID = StreamID(high: 11, low: 1)
        let added = Syncd_Events_RecipientAdded.with { $0.name = "Council" }
        try append(.recipientAdded, owner, recipientID, added)
        try append(.reportAccepted, hill, StreamID(high: 13, low: 1), accepted)
        let created = Syncd_Events_TaskCreated.with {
            $0.name = "nightly"
            $0.recipient = recipient
            $0.bases = Data(hill.bytes + vale.bytes)
        }
        try append(.taskCreated, owner, StreamID(task), created)
        for number in UInt64(1)...3 {
            let run = Data(RunID(high: 14, low: number).bytes)
            let started = Syncd_Events_TransferStarted.with {
                $0.run = run
                $0.task = Data(task.bytes)
                $0.recipient = recipient
            }
            try append(.transferStarted, hill, stream, started)
            let items = Syncd_Events_TransferItems.with {
                $0.run = run
                $0.task = Data(task.bytes)
                $0.recipient = recipient
                $0.pupils = [
                    .with {
                        $0.entity = Data(ada.bytes)
                        $0.recipientKey = Data([UInt8](repeating: UInt8(number), count: 16))
                        $0.change = UInt32(PupilChange.new.rawValue)
                        $0.groups = [1]
                        $0.hashes = Data([UInt8](repeating: UInt8(number), count: 32))
                    }
                ]
            }
            try append(.transferItems, hill, stream, items)
            // The third has not ended.
            if number == 1 {
                let completed = Syncd_Events_TransferCompleted.with {
                    $0.run = run
                    $0.task = Data(task.bytes)
                    $0.recipient = recipient
                    $0.upper = 20
                }
                try append(.transferCompleted, hill, stream, completed)
            } else if number == 2 {
                let failed = Syncd_Events_TransferFailed.with {
                    $0.run = run
                    $0.task = Data(task.bytes)
                    $0.state = "Failed"
                }
                try append(.transferFailed, hill, stream, failed)
            }
        }
        let reset = Syncd_Events_CursorReset.with {
            $0.task = Data(task.bytes)
            $0.position = 5
        }
        try append(.cursorReset, vale, StreamID(task), reset)
        let withdrawn = Syncd_Events_ReportWithdrawn.with {
            $0.report = "pupil-core"
            $0.reportVersion = 1
        }
        try append(.reportWithdrawn, hill, StreamID(high: 13, low: 1), withdrawn)
        let read = Syncd_Events_RecordsRead.with {
            $0.command = "pupil show"
            $0.subjects = Data(ada.bytes)
        }
        try append(.recordsRead, owner, StreamID(high: 8, low: 1), read)
    }

    private func lists() throws {
        let changed = Syncd_Events_BaseKeyChanged.with {
            $0.fromLaestab = "0011234"
            $0.toLaestab = "0014321"
        }
        try append(.baseKeyChanged, hill, StreamID(hill), changed)
        let links = Syncd_Events_EstablishmentLinksChanged.with {
            $0.links = [
                .with {
                    $0.urn = "100001"
                    $0.linkUrn = "100002"
                    $0.type = "Successor"
                }
            ]
        }
        try append(.establishmentLinksChanged, owner, StreamID(high: 15, low: 1), links)
        let schools = Syncd_Events_EstablishmentsChanged.with {
            $0.establishments = [
                .with {
                    $0.urn = "100001"
                    $0.name = "Hill"
                }
            ]
        }
        try append(.establishmentsChanged, owner, StreamID(high: 15, low: 2), schools)
    }
}
