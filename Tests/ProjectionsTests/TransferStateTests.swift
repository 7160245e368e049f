import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf
import SyncdTesting
import Testing

@testable import Projections

/// Bases, sources, import runs, recipients, acceptances, tasks and their log.
struct TransferStateTests {
    let builder = EventBuilder()
    let base = BaseID(high: 10, low: 1)
    let recipient = RecipientID(high: 11, low: 1)
    let task = TaskID(high: 12, low: 1)
    let pupil = SubjectID(high: 20, low: 1)

    @Test("A base is found by its key and keeps what is configured; an absent attribute stays")
    func bases() throws {
        let log = ReferenceLog()
        var registered = Syncd_Events_BaseRegistered()
        registered.key = "hill"
        try log.append(builder.event(.baseRegistered, base, StreamID(base), registered))
        var configured = Syncd_Events_BaseConfigured()
        configured.laestab = "0011234"
        configured.name = "Hill School"
        try log.append(builder.event(.baseConfigured, base, StreamID(base), configured))
        var cleared = Syncd_Events_BaseConfigured()
        cleared.name = ""
        try log.append(builder.event(.baseConfigured, base, StreamID(base), cleared))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let found = try #require(try snapshot.base(forKey: "hill"))
            #expect(
                found.id == base && found.laestab == "0011234" && found.name == "" && found.registeredAt == Position(1)
            )
            #expect(try snapshot.base(forKey: "hil") == nil)
            #expect(try snapshot.bases() == [found])
        }
    }

    @Test("A source is found by its name, and its unfinished run is told until it ends")
    func imports() throws {
        let log = ReferenceLog()
        var source = Syncd_Events_SourceRegistered()
        source.name = "hill-mis"
        source.format = "syncd-csv"
        try log.append(builder.event(.sourceRegistered, base, StreamID(builder.source), source))
        var started = Syncd_Events_ImportStarted()
        started.run = Data(builder.run.bytes)
        started.source = Data(builder.source.bytes)
        started.format = "syncd-csv"
        started.full = true
        started.settings = Data([1, 2])
        started.digest = Data([3])
        try log.append(builder.event(.importStarted, base, StreamID(builder.source), started))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.source(named: "hill-mis")?.id == builder.source)
            #expect(try snapshot.source(named: "hill") == nil)
            let run = try #require(try snapshot.unfinishedImport(of: builder.source))
            #expect(run.id == builder.run && run.digest == [3] && run.settings == [1, 2] && run.isFull)
        }
        var completed = Syncd_Events_ImportCompleted()
        completed.run = started.run
        completed.source = started.source
        completed.appended = 12
        var counts = Syncd_Events_KindCounts()
        counts.kind = 2
        counts.added = 7
        counts.held = 1
        completed.counts = [counts]
        try log.append(builder.event(.importCompleted, base, StreamID(builder.source), completed))
        completed.run = Data(RunID(high: 3, low: 9).bytes)
        try log.append(builder.event(.importCompleted, base, StreamID(builder.source), completed))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.unfinishedImport(of: builder.source) == nil)
            let runs = try snapshot.importRuns(of: builder.source)
            #expect(runs.count == 2 && runs.allSatisfy(\.isComplete))
            #expect(runs[0].startedAt == Position(2) && runs[0].completedAt == Position(3) && runs[0].appended == 12)
            #expect(runs[0].counts.first?.added == 7 && runs[0].counts.first?.held == 1)
        }
    }

    @Test("A report is available, then accepted, then withdrawn, with the place of each word")
    func acceptances() throws {
        let log = ReferenceLog()
        var accepted = Syncd_Events_ReportAccepted()
        accepted.report = "pupil-core"
        accepted.reportVersion = 1
        try log.append(builder.event(.reportAccepted, base, StreamID(high: 13, low: 1), accepted))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let acceptance = try snapshot.acceptance(of: "pupil-core", at: base)
            #expect(acceptance.state == .accepted && acceptance.version == 1 && acceptance.position == Position(1))
            #expect(try snapshot.acceptance(of: "pupil", at: base).state == .available)
        }
        var withdrawn = Syncd_Events_ReportWithdrawn()
        withdrawn.report = "pupil-core"
        withdrawn.reportVersion = 1
        try log.append(builder.event(.reportWithdrawn, base, StreamID(high: 13, low: 1), withdrawn))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let all = try snapshot.acceptances(at: base)
            #expect(all.map(\.state) == [.withdrawn])
            #expect(all.map(\.position) == [Position(2)])
        }
    }

    func run(_ number: UInt64, sequence: UInt32, upper: UInt64) throws -> (NewEvent, Syncd_Events_TransferStarted) {
        var started = Syncd_Events_TransferStarted()
        started.run = Data(RunID(high: 14, low: number).bytes)
        started.task = Data(task.bytes)
        started.recipient = Data(recipient.bytes)
        started.upper = upper
        started.sequence = sequence
        started.file = "file-\(sequence).xml"
        return (try builder.event(.transferStarted, base, StreamID(high: 14, low: number), started), started)
    }

    func logWithTask() throws -> ReferenceLog {
        let log = ReferenceLog()
        var added = Syncd_Events_RecipientAdded()
        added.name = "Authority"
        added.folder = "/srv/out"
        added.party = "001"
        try log.append(builder.event(.recipientAdded, base, StreamID(recipient), added))
        var created = Syncd_Events_TaskCreated()
        created.name = "Nightly"
        created.bases = Data(base.bytes + BaseID(high: 10, low: 2).bytes)
        created.recipient = Data(recipient.bytes)
        created.type = "changed_data"
        created.report = "pupil-core"
        try log.append(builder.event(.taskCreated, base, StreamID(task), created))
        return log
    }

    @Test("Invariant 6: a cursor moves with a completed run to its upper bound, or by a reset; never with a failure")
    func cursors() throws {
        let log = try logWithTask()
        let (start, started) = try run(1, sequence: 1, upper: 2)
        try log.append(start)
        var failed = Syncd_Events_TransferFailed()
        failed.run = started.run
        failed.task = started.task
        failed.state = "Held"
        failed.code = "acceptanceWithdrawn"
        var failure = try builder.event(.transferFailed, base, start.stream, failed)
        let note = Syncd_Events_AuditNote.with { $0.reason = "the head has withdrawn it" }
        failure.parts = [
            NewPart(
                subject: SubjectID(high: 8, low: 8),
                dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
                plaintext: try note.serializedBytes()
            )
        ]
        try log.append(failure)
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.task(task)?.bases == [base, BaseID(high: 10, low: 2)])
            #expect(try snapshot.recipients().map(\.party) == ["001"])
            #expect(try snapshot.cursor(of: task, at: base).position == .origin)
            let row = try #require(try snapshot.taskRun(RunID(high: 14, low: 1)))
            #expect(row.state == .held && row.exception == "the head has withdrawn it" && row.file == "file-1.xml")
        }
        var completed = Syncd_Events_TransferCompleted()
        completed.run = Data(RunID(high: 14, low: 2).bytes)
        completed.task = started.task
        completed.upper = 4
        completed.nothing = true
        try log.append(builder.event(.transferCompleted, base, StreamID(high: 14, low: 2), completed))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.cursor(of: task, at: base).position == Position(4))
            #expect(try snapshot.toldPosition(of: task, at: base) == .origin)
            #expect(try snapshot.cursor(of: task, at: BaseID(high: 10, low: 2)).position == .origin)
            var states: [TaskRun.State] = []
            try snapshot.taskRuns(at: base) {
                states.append($0.state)
                return true
            }
            #expect(states == [.held, .nothingToSend])
        }
        var reset = Syncd_Events_CursorReset()
        reset.task = started.task
        reset.position = 1
        try log.append(builder.event(.cursorReset, base, StreamID(task), reset))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let cursor = try snapshot.cursor(of: task, at: base)
            #expect(cursor.position == Position(1) && cursor.isReset && cursor.setAt == Position(6))
            #expect(try snapshot.toldPosition(of: task, at: base) == Position(1))
        }
    }

    @Test("A run is running until it ends, then has its counts")
    func taskLog() throws {
        let log = try logWithTask()
        let (start, started) = try run(1, sequence: 1, upper: 2)
        try log.append(start)
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let row = try snapshot.taskRun(RunID(high: 14, low: 1))
            #expect(row?.state == .running)
        }
        var completed = Syncd_Events_TransferCompleted()
        completed.run = started.run
        completed.task = started.task
        completed.recipient = started.recipient
        completed.upper = 2
        completed.sentPupils = 5
        completed.trapped = 3
        try log.append(builder.event(.transferCompleted, base, start.stream, completed))
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let row = try #require(try snapshot.taskRun(RunID(high: 14, low: 1)))
            #expect(row.state == .exported && row.state.words == "Successfully Exported")
            #expect(row.counts.pupils == 5 && row.counts.trapped == 3 && row.recipient == recipient)
            #expect(row.startedAt == Position(3) && row.endedAt == Position(4) && row.started < row.ended)
        }
    }

    @Test("What a file tells counts when its run has been acknowledged, and never when it failed")
    func hashCache() throws {
        let log = ReferenceLog()
        let code = [UInt8](repeating: 7, count: 32)
        let stream = StreamID(high: 14, low: 1)
        var sent = Syncd_Events_SentPupil()
        sent.entity = Data(pupil.bytes)
        sent.recipientKey = Data([UInt8](repeating: 5, count: 16))
        sent.change = UInt32(PupilChange.new.rawValue)
        var items = Syncd_Events_TransferItems()
        items.recipient = Data(recipient.bytes)

        func tell(_ run: UInt64, _ groups: [UInt32], _ hashes: [UInt8]) throws {
            sent.groups = groups
            sent.hashes = Data(hashes)
            items.run = Data(RunID(high: 14, low: run).bytes)
            items.pupils = [sent]
            try log.append(builder.event(.transferItems, base, stream, items))
        }
        func complete(_ run: UInt64) throws {
            let message = Syncd_Events_TransferCompleted.with {
                $0.run = Data(RunID(high: 14, low: run).bytes)
                $0.task = Data(task.bytes)
            }
            try log.append(builder.event(.transferCompleted, base, stream, message))
        }
        try tell(1, [1, 2], code + code)
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.cachedHashes(of: pupil, from: base, for: recipient).isEmpty)
            #expect(try snapshot.lastTold(of: pupil, from: base, to: recipient) == nil)
            // The name is given from the beginning, so that whoever sends it again calls the pupil the same.
            #expect(try snapshot.recipientKey(of: pupil, for: recipient) == [UInt8](repeating: 5, count: 16))
        }
        let failed = Syncd_Events_TransferFailed.with {
            $0.run = Data(RunID(high: 14, low: 1).bytes)
            $0.task = Data(task.bytes)
            $0.state = "Failed"
        }
        try log.append(builder.event(.transferFailed, base, stream, failed))
        try complete(1)
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.cachedHashes(of: pupil, from: base, for: recipient).isEmpty)
        }
        try tell(2, [1, 2], code + code)
        try complete(2)
        try tell(3, [2], [UInt8](repeating: 0, count: 32))
        try complete(3)
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            let cached = try snapshot.cachedHashes(of: pupil, from: base, for: recipient)
            #expect(cached == [.basicDetails: code])
            #expect(try snapshot.cachedHash(of: .address, pupil, from: base, for: recipient) == nil)
            #expect(try snapshot.lastTold(of: pupil, from: base, to: recipient) == .new)
            let elsewhere = BaseID(high: 99, low: 99)
            #expect(try snapshot.cachedHashes(of: pupil, from: elsewhere, for: recipient).isEmpty)
            #expect(try snapshot.recipientKey(of: pupil, for: RecipientID(high: 11, low: 2)) == nil)
        }
        try tell(4, [1], [1])
        try complete(4)
        // A completion that does not fit what its file tells is parked: what counted as sent stays.
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try snapshot.parkedEvents().map(\.position) == [log.durableEnd])
            #expect(try snapshot.parkedEvents().first?.projection == "hash-cache")
            #expect(try snapshot.cachedHashes(of: pupil, from: base, for: recipient) == [.basicDetails: code])
        }
    }

    @Test("Who leaves between two days is found by base and day; the last spell's date counts")
    func leavingDates() throws {
        let log = ReferenceLog()
        func register(_ number: UInt64, _ dates: [String?], at base: BaseID) throws {
            let rows = dates.map { date in
                FieldRow([.init(.entryDate, "2024-09-02")] + (date.map { [.init(.leavingDate, $0)] } ?? []))
            }
            let entity = SubjectID(high: 20, low: number)
            let contents = [GroupContent(.registration, rows)]
            let event = try builder.changed(.pupil, entity, at: base, key: "p\(number)", contents)
            try log.append(event)
        }
        let other = BaseID(high: 10, low: 2)
        try register(1, ["2025-07-18"], at: base)
        try register(2, ["2025-07-18", nil], at: base)
        try register(3, ["2025-07-21"], at: base)
        try register(4, ["2025-07-18"], at: other)
        try register(5, ["2025-07-22"], at: base)
        try register(5, ["2025-07-17"], at: base)
        func leaving(_ first: String?, _ last: String, _ snapshot: borrowing Snapshot) throws -> [UInt64] {
            var found: [UInt64] = []
            try snapshot.leaving(from: base, between: first, and: last) {
                found.append($0.low)
                return true
            }
            return found
        }
        try ProjectionScenario(log).run { (snapshot: borrowing Snapshot) throws in
            #expect(try leaving(nil, "2030-01-01", snapshot) == [5, 1, 3])
            #expect(try leaving("2025-07-18", "2025-07-20", snapshot) == [1])
            #expect(try leaving("2025-07-18", "2025-07-21", snapshot) == [1, 3])
            #expect(try leaving("2025-07-22", "2025-07-30", snapshot).isEmpty)
        }
    }
}
