import Connectors
import Identifiers
import Projections
import School
import SyncdTesting
import Testing
import Transfer

/// What is kept back for a child is taken back from recipients by the next run, also beside brothers and sisters and at
/// other schools, and told again when the reason has gone (rulings 11).
@Suite struct ProtectionRunTests {
    private let store: SchoolStore
    private let phone = "07700 900777"

    /// A child at one school and a brother at the other, with one carer who lives with the child.
    init() throws {
        store = try SchoolStore()
        try store.accept()
        try store.accept(at: store.otherBase)
        try store.tellContact(1, SchoolStore.person("Hopper", phone: phone, street: "1 High Street"))
        let own = [SchoolStore.details("Lovelace"), SchoolStore.address("1 High Street"), SchoolStore.registration()]
        try store.tell(1, own[0], own[1], own[2], SchoolStore.links([1]))
        try store.tell(
            2,
            SchoolStore.details("Byron"),
            SchoolStore.address("2 Low Road"),
            SchoolStore.registration(),
            SchoolStore.links([1]),
            at: store.otherBase
        )
        for base in [store.base, store.otherBase] {
            #expect(try store.run(at: base).state == .exported)
        }
    }

    private func protect(_ isRestricted: Bool) throws {
        try store.tell(1, SchoolStore.protection(.protection, isRestricted))
    }

    /// The next file of a school; empty for none.
    private func next(at other: Bool) throws -> String {
        let outcome = try store.run(at: other ? store.otherBase : store.base)
        return outcome.state == .exported ? try store.xml(outcome) : ""
    }

    @Test("rulings 11: a carer of children at two schools is taken back from both, and told again to both")
    func acrossSchools() throws {
        #expect(try next(at: true) == "")
        try protect(true)
        let (own, other) = (try next(at: false), try next(at: true))
        for file in [own, other] { #expect(file.contains("Hopper") && !file.contains(phone)) }
        #expect(!own.contains("1 High Street") && !other.contains("1 High Street"))
        #expect(try next(at: true) == "" && next(at: false) == "", "told twice")
        try protect(false)
        #expect(try next(at: true).contains(phone))
        #expect(try next(at: false).contains(phone))
    }

    @Test("rulings 11: who moves in with a protected child is taken back beside a brother, who moves out is told again")
    func addressChanges() throws {
        try protect(true)
        _ = (try next(at: false), try next(at: true))
        try store.tell(1, SchoolStore.address("9 Far Lane"))
        #expect(try next(at: true).contains(phone), "the carer does not live with the child any more")
        try store.tell(1, SchoolStore.address("1 High Street"))
        let back = try next(at: true)
        #expect(back.contains("Hopper") && !back.contains(phone))
    }

    @Test("rulings 11: a link that a protected child loses or gets decides for the brother's carer, too")
    func linkChanges() throws {
        try protect(true)
        _ = (try next(at: false), try next(at: true))
        try store.tell(1, SchoolStore.links([]))
        #expect(try next(at: true).contains(phone))
        try store.tell(1, SchoolStore.links([1]))
        let back = try next(at: true)
        #expect(back.contains("Hopper") && !back.contains(phone))
    }

    @Test("rulings 11: a link that goes together with the protection is told again beside the brother")
    func liftedWithTheLink() throws {
        try protect(true)
        _ = (try next(at: false), try next(at: true))
        try store.tell(1, SchoolStore.protection(.protection, false), SchoolStore.links([]))
        #expect(try next(at: true).contains(phone))
    }

    @Test("rulings 11: of a leaver, too, what is kept back by now is taken back, once")
    func leaver() throws {
        try store.tell(1, SchoolStore.registration([.leavingDate: "2024-07-20"]))
        #expect(try next(at: false).contains("2024-07-20"))
        try protect(true)
        let outcome = try store.run()
        let told = try #require(try store.manifest(outcome).pupils.first)
        // Emptied as a whole: what else has changed since is told to nobody any more.
        #expect(told.change == .left && Set(told.clearedGroups) == ["address", "contacts"] && told.groups == [])
        #expect(try !store.xml(outcome).contains(phone) && !store.xml(outcome).contains("Hopper"))
        #expect(try next(at: false) == "")
    }

    @Test("rulings 11: a snapshot that takes back from a leaver tells less than all, says so, and is made again alike")
    func snapshot() throws {
        try store.tell(1, SchoolStore.registration([.leavingDate: "2024-07-20"]))
        #expect(try store.run(store.snapshot).state == .exported)
        try protect(true)
        let outcome = try store.run(store.snapshot)
        let told = try store.manifest(outcome).pupils
        #expect(told.contains { Set($0.clearedGroups) == ["address", "contacts"] }, "\(told)")
        let rerun = Rerun(log: store.log, states: store.states)
        #expect(try rerun.make(run: store.start(of: outcome)).verdict == .identical)
    }

    @Test("a file that lies under a number that came round again is another run's, and stays as it is")
    func anotherRuns() throws {
        let run = try #require(try store.lastRun())
        let name = run.file
        let folder = store.folder.path("out")
        let whole = try store.bytes(named: name)
        let redaction = Redaction(log: store.log, states: store.states)
        try protect(true)
        try store.state.catchUp()
        let other = try redaction.redact(
            run: run.startedAt,
            RunID(high: 1, low: 1),
            data: name,
            in: folder,
            removingWhatFails: false
        )
        #expect(other == .gone)
        #expect(try store.bytes(named: name) == whole)
        let own = try redaction.redact(run: run.startedAt, run.id, data: name, in: folder, removingWhatFails: false)
        #expect(own == .remade)
        #expect(try !String(decoding: store.bytes(named: name), as: UTF8.self).contains(phone))
    }
}
