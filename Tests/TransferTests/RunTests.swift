import Connectors
import EventLog
import Events
import Foundation
import Identifiers
import School
import SyncdTesting
import Testing
import Transfer

@Suite("A run of a task")
struct RunTests {
    private func accepted() throws -> SchoolStore {
        let store = try SchoolStore()
        try store.accept()
        try store.tellTwoPupils()
        return store
    }

    @Test("S2-97: the file is named by source, type, destination and number, its manifest beside it")
    func names() throws {
        let store = try accepted()
        let outcome = try store.run()
        #expect(outcome.state.name == "Successfully Exported" && outcome.reason == "No Exceptions")
        #expect(store.delivered == ["8201079_CES_820LLLL_001.manifest.json", "8201079_CES_820LLLL_001.xml"])
        #expect(store.waiting.isEmpty)
        let manifest = try store.manifest(outcome)
        #expect(manifest.kind == .changedData && manifest.fromPosition == 0)
        #expect(manifest.toPosition == outcome.upper.rawValue)
        #expect(manifest.pupils.allSatisfy { $0.change == .new })
        #expect(try store.cursor() == outcome.upper)
    }

    @Test("S1-14, S2-70: the next run sends only what changed since, and whole groups")
    func changed() throws {
        let store = try accepted()
        let first = try store.run()
        try store.tell(2, SchoolStore.address("22 Low Road"))
        let second = try store.run()
        let manifest = try store.manifest(second)
        #expect(manifest.pupils.map(\.groups) == [["address"]])
        #expect(manifest.fromPosition == first.upper.rawValue)
        #expect(try store.xml(second).contains("<Town>Exeter</Town>"))
        #expect(second.counts.sentPupils == 1 && second.counts.sentGroups == 1)
    }

    @Test("an unchanged run sends nothing, takes no number, says so, and the cursor moves")
    func unchanged() throws {
        let store = try accepted()
        try store.run()
        let before = store.delivered
        let idle = try store.run()
        #expect(idle.state == .nothingToSend)
        #expect(store.delivered == before)
        #expect(try store.cursor() == idle.upper)
        try store.tell(1, SchoolStore.address("9 High Street"))
        let next = try store.run()
        #expect(next.files.first?.hasSuffix("_002.xml") == true)
        // No gap for who compares: idle runs told nothing.
        #expect(try store.manifest(next).fromPosition < idle.upper.rawValue)
    }

    @Test("S2-77: content that the recipient has already is trapped by the cache, and let out with ignoresCache")
    func cache() throws {
        let store = try accepted()
        try store.run()
        try store.tell(1, SchoolStore.address("1 High Street"))
        let trapped = try store.run()
        #expect(trapped.state == .nothingToSend && trapped.counts.trapped == 1)
        try store.tell(1, SchoolStore.address("1 High Street"))
        let sent = try store.run(nil, at: nil, RunOptions(ignoresCache: true))
        #expect(sent.state == .exported && sent.counts.sentGroups == 1)
    }

    @Test("S1-15: a snapshot names everyone in reach regardless of the cursor; what the recipient has is trapped")
    func snapshot() throws {
        let store = try accepted()
        let full = try store.run(store.snapshot)
        #expect(try store.xml(full).contains("<DocumentQualifier>full</DocumentQualifier>"))
        #expect(try store.manifest(full).pupils.count == 2)
        #expect(try store.run(store.snapshot).state == .nothingToSend)
        try store.tell(1, SchoolStore.address("5 High Street"))
        let next = try store.run(store.snapshot)
        let manifest = try store.manifest(next)
        #expect(manifest.kind == .snapshot && manifest.pupils.count == 2)
        #expect(manifest.pupils.flatMap(\.groups) == ["address"])
        #expect(try store.xml(next).contains("<DocumentQualifier>partial</DocumentQualifier>"))
        #expect(next.counts.trapped == 6)
        let whole = try store.run(store.snapshot, at: nil, RunOptions(ignoresCache: true))
        #expect(try store.manifest(whole).pupils.flatMap(\.groups).count == 7)
    }

    @Test("a contact's change reaches every pupil who links to the contact, at any base of the source")
    func contactChange() throws {
        let store = try accepted()
        try store.accept(at: store.otherBase)
        try store.tell(3, SchoolStore.details("Germain"), SchoolStore.links([1]), at: store.otherBase)
        try store.run()
        try store.run(nil, at: store.otherBase)
        try store.tellContact(1, SchoolStore.person("Hopper", phone: "07700 900555"))
        for base in [store.base, store.otherBase] {
            let outcome = try store.run(nil, at: base)
            #expect(try store.manifest(outcome).pupils.map(\.groups) == [["contacts"]])
            #expect(try store.xml(outcome).contains("07700 900555"))
        }
    }

    @Test("a contact's changes are gathered once for all runs, and a read that began before sees none that came later")
    func gatheredContactChanges() throws {
        let store = try accepted()
        try store.tellContact(2, SchoolStore.person("Germain"))
        try store.tell(3, SchoolStore.details("Germain"), SchoolStore.links([2]), at: store.otherBase)
        func concerned(_ state: any TransferState, _ base: BaseID, after lower: Position) throws -> Set<SubjectID> {
            var found: Set<SubjectID> = []
            try state.forEachChange(at: base, after: lower) { if $1 == .contacts { found.insert($0) } }
            return found
        }
        let told = store.log.durableEnd
        try store.tellContact(1, SchoolStore.person("Hopper", phone: "07700 900555"))
        try store.states.read(reaching: store.log.durableEnd) { early throws in
            try store.tellContact(2, SchoolStore.person("Germain", phone: "07700 900556"))
            try store.states.read(reaching: store.log.durableEnd) { late throws in
                #expect(try concerned(late, store.base, after: told) == [SchoolStore.pupil(1)])
                #expect(try concerned(late, store.otherBase, after: told) == [SchoolStore.pupil(3)])
                #expect(try concerned(late, store.otherBase, after: store.log.durableEnd).isEmpty)
            }
            #expect(try concerned(early, store.base, after: told) == [SchoolStore.pupil(1)])
            #expect(try concerned(early, store.otherBase, after: told).isEmpty)
        }
        // Who moved since the gathering is found where the pupil is now.
        try store.append(store.builder.moved(SchoolStore.pupil(3), .pupil, from: store.otherBase, to: store.base))
        let moved = store.log.durableEnd
        try store.tellContact(2, SchoolStore.person("Germain", phone: "07700 900557"))
        try store.states.read(reaching: store.log.durableEnd) { state throws in
            #expect(try concerned(state, store.base, after: moved) == [SchoolStore.pupil(3)])
            #expect(try concerned(state, store.otherBase, after: told).isEmpty)
        }
    }

    @Test("rulings 22, S1-19: a pupil who leaves is sent once more, with date and reason, then no more")
    func leaver() throws {
        let store = try accepted()
        try store.run()
        try store.tell(1, SchoolStore.registration([.leavingDate: "2030-07-20"]))
        #expect(try store.manifest(try store.run()).pupils.map(\.change) == [.changed])
        try store.tell(1, SchoolStore.registration([.leavingDate: "2024-08-31", .leavingReason: "NORM"]))
        let outcome = try store.run()
        let manifest = try store.manifest(outcome)
        #expect(manifest.pupils.map(\.change) == [.left])
        #expect(manifest.pupils.map(\.groups) == [["registration"]])
        #expect(try store.xml(outcome).contains("2024-08-31"))
        try store.tell(1, SchoolStore.address("7 Far Street"))
        #expect(try store.run().state == .nothingToSend)
    }

    @Test("S1-20: a leaver who was never sent stays unsent")
    func oldLeaver() throws {
        let store = try SchoolStore()
        try store.accept()
        try store.tell(1, SchoolStore.details("Lovelace"), SchoolStore.registration([.leavingDate: "2024-07-20"]))
        #expect(try store.run().state == .nothingToSend)
    }

    @Test("rulings 35: a move is left at the old base without a field, and new at the new one under the same id")
    func move() throws {
        let store = try accepted()
        try store.accept(at: store.otherBase)
        let first = try store.manifest(try store.run())
        try store.append(
            store.builder.moved(SchoolStore.pupil(1), .pupil, from: store.base, to: store.otherBase)
        )
        try store.tell(1, SchoolStore.address("1 Secret Place"), at: store.otherBase)
        let old = try store.run()
        #expect(try store.manifest(old).pupils.map(\.change) == [.left])
        #expect(try store.manifest(old).pupils.allSatisfy { $0.groups.isEmpty && $0.upn == nil })
        #expect(try !store.xml(old).contains("Secret Place"))
        let new = try store.run(nil, at: store.otherBase)
        let pupils = try store.manifest(new).pupils
        #expect(pupils.map(\.change) == [.new])
        #expect(first.pupils.map(\.recipientId).contains(pupils[0].recipientId))
    }

    @Test("rulings 21: absent is told once, and who comes back is sent whole")
    func absent() throws {
        let store = try accepted()
        try store.run()
        let status = { (status: Syncd_Events_EntityStatusChanged.Status) in
            _ = try store.append([
                store.builder.status(status, of: SchoolStore.pupil(2), .pupil, at: store.base)
            ])
        }
        try status(.absent)
        #expect(try store.manifest(try store.run()).pupils.map(\.change) == [.absent])
        try store.tell(2, SchoolStore.address("8 Unseen Road"))
        #expect(try store.run().state == .nothingToSend)
        try status(.present)
        let back = try store.manifest(try store.run())
        #expect(back.pupils.map(\.change) == [.changed])
        #expect(back.pupils[0].groups == ["basicDetails", "address", "registration"])
        try status(.deletedAtSource)
        #expect(try store.manifest(try store.run()).pupils.map(\.change) == [.deletedAtSource])
    }

    @Test("rulings 22: who leaves during an absence is sent with everything that changed meanwhile")
    func leftWhileAbsent() throws {
        let store = try accepted()
        try store.run()
        try store.append([
            store.builder.status(.absent, of: SchoolStore.pupil(2), .pupil, at: store.base)
        ])
        try store.run()
        try store.tell(2, SchoolStore.address("8 Unseen Road"))
        try store.run()
        try store.append([
            store.builder.status(.present, of: SchoolStore.pupil(2), .pupil, at: store.base)
        ])
        try store.tell(2, SchoolStore.registration([.leavingDate: "2024-08-31"]))
        let manifest = try store.manifest(try store.run())
        #expect(manifest.pupils.map(\.change) == [.left])
        #expect(manifest.pupils.map(\.groups) == [["address", "registration"]])
    }

    @Test("S1-25: a group that was deleted in the MIS is cleared at the recipient")
    func groupDeleted() throws {
        let store = try accepted()
        try store.run()
        try store.append([
            store.builder.changed(
                .pupil,
                SchoolStore.pupil(1),
                at: store.base,
                key: "p1",
                [GroupContent(.address, [])],
                change: .deletedAtSource
            )
        ])
        let manifest = try store.manifest(try store.run())
        #expect(manifest.pupils.map(\.clearedGroups) == [["address"]])
        #expect(try store.run().state == .nothingToSend)
    }

    @Test("a changed UPN is told as keyChanged under the same recipient's id")
    func keyChanged() throws {
        let store = try accepted()
        let first = try store.manifest(try store.run())
        try store.tell(1, SchoolStore.details("Lovelace", upn: "T001100024019"))
        let manifest = try store.manifest(try store.run())
        #expect(manifest.pupils.map(\.change) == [.keyChanged])
        #expect(manifest.pupils.map(\.upn) == ["T001100024019"])
        #expect(first.pupils.map(\.recipientId).contains(manifest.pupils[0].recipientId))
    }

    @Test("a changed UPN is told with the one that was sent last, whichever task sent it")
    func keyChangedBetweenTasks() throws {
        let (first, second) = ("A001107921412", "T001100024019")
        let store = try accepted()
        try store.run(store.snapshot)
        try store.tell(1, SchoolStore.details("Lovelace", upn: second))
        // The task's first run: nothing stood at its own lower bound.
        let there = try store.run()
        let line = try store.manifest(there).pupils.first { $0.upn == second }
        #expect(line?.change == .keyChanged && line?.previousUpn == first)
        // There and back since the other task's cursor.
        try store.tell(1, SchoolStore.details("Lovelace", upn: first))
        let back = try store.run(store.snapshot)
        let again = try store.manifest(back).pupils.first { $0.upn == first }
        #expect(again?.change == .keyChanged && again?.previousUpn == second)
        let made = try Rerun(log: store.log, states: store.states).make(run: try store.start(of: back))
        #expect(made.verdict == .identical)
        try store.tell(1, SchoolStore.details("Byron", upn: first))
        let named = try store.manifest(try store.run()).pupils
        #expect(named.map(\.change) == [.changed] && named[0].previousUpn == nil)
    }

    @Test("a cursor beyond the log's end is refused, and everything sent mends it")
    func cursorBeyondEnd() throws {
        let store = try accepted()
        let beyond = Position(store.log.durableEnd.rawValue + 1000)
        try store.append([CursorResets.event(of: store.changedData, at: store.base, to: beyond)])
        #expect(throws: TransferError(.cursorBeyondEnd, "")) { try store.run() }
        #expect(throws: TransferError(.cursorBeyondEnd, "")) {
            try store.runner().preview(task: store.changedData, base: store.base)
        }
        let whole = try store.run(nil, at: nil, RunOptions(isSnapshot: true))
        #expect(whole.state == .exported && whole.counts.sentPupils == 2)
        #expect(try store.cursor() == whole.upper)
        #expect(try store.run().state == .nothingToSend)
    }

    @Test("a pupil registered at two bases is sent by both, each with its own registration")
    func dualRegistration() throws {
        let store = try accepted()
        try store.accept(at: store.otherBase)
        try store.append([
            store.builder.changed(
                .registration,
                SubjectID(high: 300, low: 1),
                at: store.otherBase,
                key: "p1@002",
                [SchoolStore.registration([.enrolmentStatus: "S"])],
                owner: SchoolStore.pupil(1)
            )
        ])
        let main = try store.run()
        let second = try store.run(nil, at: store.otherBase)
        #expect(try store.xml(main).contains("<EnrolStatus>C</EnrolStatus>"))
        #expect(try store.xml(second).contains("<EnrolStatus>S</EnrolStatus>"))
        try store.tell(1, SchoolStore.address("11 Both Street"))
        try store.run()
        // A recipient keeps apart what two schools tell: what one has told is no news of the other.
        let told = try store.run(nil, at: store.otherBase)
        #expect(try store.manifest(told).pupils.map(\.groups) == [["address"]])
    }

    /// A registration at the first base beside another main one.
    private func register(_ fields: [Field: String], in store: SchoolStore) throws {
        try store.append([
            store.builder.changed(
                .registration,
                SubjectID(high: 300, low: 1),
                at: store.base,
                key: "p1@001",
                [SchoolStore.registration(fields)],
                owner: SchoolStore.pupil(1)
            )
        ])
    }

    @Test("invariant 7: after a move the old school tells the leaving, and nothing that the new school's head let out")
    func movedWithOldRegistration() throws {
        let store = try accepted()
        try store.run()
        try store.append(store.builder.moved(SchoolStore.pupil(1), .pupil, from: store.base, to: store.otherBase))
        try store.tell(1, SchoolStore.address("1 Secret Place"), at: store.otherBase)
        try register([.enrolmentStatus: "P", .leavingDate: "2024-08-31", .leavingReason: "NORM"], in: store)
        let old = try store.run()
        let manifest = try store.manifest(old)
        #expect(manifest.pupils.map(\.change) == [.left])
        #expect(manifest.pupils.map(\.groups) == [["registration"]])
        #expect(try store.xml(old).contains("2024-08-31"))
        #expect(try !store.xml(old).contains("Secret Place"))
        let made = try Rerun(log: store.log, states: store.states).make(run: try store.start(of: old))
        #expect(made.verdict == .identical)
        try store.tell(1, SchoolStore.address("2 Secret Place"), at: store.otherBase)
        #expect(try store.run().state == .nothingToSend)
    }

    @Test("invariant 7: when the record has changed since the move, the notice of leaving stands alone")
    func movedAndRenamed() throws {
        let store = try accepted()
        try store.run()
        try store.append(store.builder.moved(SchoolStore.pupil(1), .pupil, from: store.base, to: store.otherBase))
        try store.tell(1, SchoolStore.details("Secretname"), at: store.otherBase)
        try register([.enrolmentStatus: "P"], in: store)
        let old = try store.run()
        let manifest = try store.manifest(old)
        #expect(manifest.pupils.map(\.change) == [.left])
        #expect(manifest.pupils.allSatisfy { $0.groups.isEmpty && $0.element == nil && $0.upn == nil })
        #expect(try !store.xml(old).contains("Secretname") && !store.xml(old).contains("<Pupil>"))
        let made = try Rerun(log: store.log, states: store.states).make(run: try store.start(of: old))
        #expect(made.verdict == .identical)
    }

    @Test("rulings 21, 22: a leaving date that comes is told on its day, though nothing else happens")
    func leavingDateComes() throws {
        let store = try accepted()
        try store.tell(1, SchoolStore.registration([.leavingDate: "2024-09-05"]))
        try store.run()
        #expect(try store.run().state == .nothingToSend)
        store.clock.advance(seconds: 2 * 86_400)
        #expect(try store.run().state == .nothingToSend)
        store.clock.advance(seconds: 86_400)
        let manifest = try store.manifest(try store.run())
        #expect(manifest.pupils.map(\.change) == [.left])
        store.clock.advance(seconds: 86_400)
        #expect(try store.run().state == .nothingToSend)
    }

    @Test("rulings 21: who has left and is no longer exported has left, and is not merely absent")
    func leftAndGone() throws {
        let store = try accepted()
        try store.run()
        try store.tell(2, SchoolStore.registration([.leavingDate: "2024-08-31"]))
        try store.append([store.builder.status(.absent, of: SchoolStore.pupil(2), .pupil, at: store.base)])
        let outcome = try store.run()
        #expect(try store.manifest(outcome).pupils.map(\.change) == [.left])
        #expect(try store.xml(outcome).contains("2024-08-31"))
    }

    @Test("a recipient who has lost a file gets everything from the same task as a snapshot, and can go on from there")
    func snapshotOfChangedData() throws {
        let store = try accepted()
        try store.run()
        try store.tell(1, SchoolStore.address("9 High Street"))
        try store.run()
        let whole = try store.run(nil, at: nil, RunOptions(isSnapshot: true))
        let manifest = try store.manifest(whole)
        #expect(manifest.kind == .snapshot && manifest.task == store.changedData.hex)
        #expect(manifest.pupils.flatMap(\.groups).count == 7)
        #expect(try store.xml(whole).contains("<DocumentQualifier>full</DocumentQualifier>"))
        try store.tell(2, SchoolStore.address("8 Low Road"))
        let next = try store.manifest(try store.run())
        #expect(next.kind == .changedData && next.fromPosition == manifest.toPosition)
        let made = try Rerun(log: store.log, states: store.states).make(run: try store.start(of: whole))
        #expect(made.verdict == .identical)
    }

    @Test("a preview shows what would leave and leaves no trace")
    func preview() throws {
        let store = try accepted()
        let end = store.log.durableEnd
        let preview = try store.runner().preview(task: store.changedData, base: store.base)
        #expect(preview.refusal == nil && preview.selection.pupils.count == 2)
        #expect(preview.pupilsByGroup == [.basicDetails: 2, .address: 2, .contacts: 1, .registration: 2])
        #expect(store.log.durableEnd == end && store.delivered.isEmpty)
    }
}
