import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SyncdTesting
import Synchronization
import Testing
import Transfer

@testable import Connectors

@Suite("A run of a OneRoster task")
struct OneRosterRunTests {
    /// A store with two pupils, a contact of one, and everything accepted.
    private func accepted() throws -> (store: SchoolStore, tasks: RosterTasks) {
        let store = try SchoolStore()
        let tasks = try RosterTasks(store)
        try store.accept()
        try store.tellTwoPupils()
        return (store, tasks)
    }

    @Test(
        "the first package names everybody, is told as delta, and our own strict import has nothing to say against it"
    )
    func first() throws {
        let (store, tasks) = try accepted()
        let outcome = try store.run(tasks.core)
        #expect(outcome.state == .exported, "\(outcome.reason)")
        #expect(store.delivered == ["manifest.json", "zip"].map { "8201079_OneRoster_820LLLL_001." + $0 })
        let package = try SentPackage(store, outcome)
        #expect(package.mode == .delta)
        #expect(package.rows(.orgs).map(\.name) == ["School 001"])
        let users = package.rows(.users)
        #expect(users.map { $0["familyName"] }.sorted() == ["Hopper", "Lovelace", "Noether"])
        #expect(users.allSatisfy { $0["status"] == "active" && $0["dateLastModified"].hasSuffix("Z") })
        #expect(package.rows(.roles).map { $0["role"] }.sorted() == ["parent", "student", "student"])
        let ada = try #require(users.first { $0["familyName"] == "Lovelace" })
        #expect(ada["userIds"] == "{UPN:A001107921412}" && ada["grades"] == "5")
        #expect(ada["agentSourcedIds"] == users.first { $0["familyName"] == "Hopper" }?["sourcedId"])
        #expect(package.rows(.demographics).allSatisfy { $0["birthDate"] == "2014-05-06" })
        #expect(package.rows(.syncdLinks).map { $0["metadata.syncd.relationship"] } == ["PAM"])
        #expect(
            package.manifest.rows == [
                "orgs.csv": 1, "users.csv": 3, "roles.csv": 3, "demographics.csv": 2, "syncdLinks.csv": 1,
            ]
        )
        #expect(package.manifest.counts == ["new": 2])
        // No id of ours leaves.
        let inside = ["p1", "c1", SchoolStore.pupil(1).hex, SchoolStore.contact(1).hex, store.base.hex]
        for id in inside { #expect(!package.text.contains(id)) }
    }

    @Test("a change brings the pupil whole, with contacts and school, and nobody else; nothing new makes no file")
    func changed() throws {
        let (store, tasks) = try accepted()
        let first = try SentPackage(store, try store.run(tasks.core))
        #expect(try store.run(tasks.core).state == .nothingToSend)
        try store.tell(
            1,
            GroupContent(.address, [FieldRow([.init(.phoneType, "H"), .init(.phone, "+44 (0)1392 496 0001")])])
        )
        let outcome = try store.run(tasks.core)
        #expect(outcome.counts.sentPupils == 1 && outcome.counts.trapped == 0)
        let package = try SentPackage(store, outcome)
        #expect(package.rows(.users).map { $0["familyName"] }.sorted() == ["Hopper", "Lovelace"])
        let ada = package.rows(.users).first { $0["familyName"] == "Lovelace" }
        #expect(ada?["phone"] == "01392 496 0001" && ada?["userIds"] == "{UPN:A001107921412}")
        #expect(ada?["sourcedId"] == first.rows(.users).first { $0["familyName"] == "Lovelace" }?["sourcedId"])
        #expect(package.rows(.orgs).count == 1 && package.rows(.demographics).count == 1)
        try store.tell(2, SchoolStore.address("2 Low Road"))
        #expect(try store.run(tasks.core).state == .nothingToSend)
    }

    @Test(
        "conventions 1.4: who is gone is told as tobedeleted, with the contacts to whom nobody else links, by ids alone"
    )
    func gone() throws {
        let (store, tasks) = try accepted()
        try store.tellContact(2, SchoolStore.person("Turing"))
        try store.tell(1, SchoolStore.links([1, 2]))
        try store.tell(2, SchoolStore.links([2]))
        let first = try SentPackage(store, try store.run(tasks.core))
        func id(_ name: String) -> String { first.rows(.users).first { $0["familyName"] == name }?["sourcedId"] ?? "" }
        try store.append([
            store.builder.status(.deletedAtSource, of: SchoolStore.pupil(1), .pupil, at: store.base)
        ])
        let package = try SentPackage(store, try store.run(tasks.core))
        let users = package.rows(.users)
        #expect(Set(users.map { $0["sourcedId"] }) == [id("Lovelace"), id("Hopper")])
        #expect(users.allSatisfy { $0["status"] == "tobedeleted" && $0["familyName"] == "?" && $0["userIds"].isEmpty })
        #expect(package.rows(.roles).map { $0["status"] } == ["tobedeleted", "tobedeleted"])
        for name in ["Lovelace", "Hopper", "Turing", "A001107921412", "2014-05-06"] {
            #expect(!package.text.contains(name))
        }
        #expect(package.manifest.pupils.map(\.change) == [.deletedAtSource])

        // One who no longer has contacts.
        try store.tell(2, GroupContent(.contacts, []))
        let next = try SentPackage(store, try store.run(tasks.core))
        let left = next.rows(.users)
        #expect(left.first { $0["sourcedId"] == id("Turing") }?["status"] == "tobedeleted")
        #expect(left.first { $0["sourcedId"] == id("Noether") }?["metadata.syncd.noAgents"] == "true")
    }

    @Test(
        "rulings 11: a contact under a court order or marked noContact is left out, and told as deleted once so marked"
    )
    func restricted() throws {
        let (store, tasks) = try accepted()
        let first = try SentPackage(store, try store.run(tasks.core))
        let id = first.rows(.users).first { $0["familyName"] == "Hopper" }?["sourcedId"]
        try store.tell(1, SchoolStore.links([1], [.noContact: "true"]))
        let outcome = try store.run(tasks.core)
        let package = try SentPackage(store, outcome)
        #expect(package.rows(.users).first { $0["sourcedId"] == id }?["status"] == "tobedeleted")
        #expect(package.rows(.users).first { $0["status"] == "active" }?["agentSourcedIds"] == "")
        #expect(!package.text.contains("Hopper") && outcome.counts.withheld > 0)
    }

    @Test("a leaver is told once more with the role's end, the day after the last, and stays active")
    func left() throws {
        let (store, tasks) = try accepted()
        try store.run(tasks.core)
        try store.tell(2, SchoolStore.registration([.leavingDate: "2024-07-19"]))
        let package = try SentPackage(store, try store.run(tasks.core))
        #expect(package.rows(.users).map { $0["status"] } == ["active"])
        #expect(package.rows(.users).map { $0["enabledUser"] } == ["false"])
        #expect(package.rows(.roles).map { $0["beginDate"] + " " + $0["endDate"] } == ["2019-09-02 2024-07-20"])
    }

    @Test("a snapshot is a bulk package of everybody, whatever the recipient has; the next without news is none")
    func bulk() throws {
        let (store, tasks) = try accepted()
        try store.run(tasks.core)
        try store.tell(2, SchoolStore.address("3 New Street"))
        let outcome = try store.run(tasks.full)
        let package = try SentPackage(store, outcome)
        #expect(package.mode == .bulk && package.manifest.mode == .bulk && package.manifest.kind == .snapshot)
        #expect(package.rows(.users).count == 3)
        #expect(package.rows(.users).allSatisfy { $0["status"].isEmpty && $0["dateLastModified"].isEmpty })
        #expect(try store.run(tasks.full).state == .nothingToSend)
        let again = try store.run(tasks.core, at: nil, RunOptions(isSnapshot: true))
        #expect(try SentPackage(store, again).rows(.users).map(\.values) == package.rows(.users).map(\.values))
    }

    @Test("invariant 7: before the head accepts nothing leaves; the end of sharing is told without a row of anybody")
    func gate() throws {
        let store = try SchoolStore()
        let tasks = try RosterTasks(store)
        try store.tellTwoPupils()
        #expect(try store.run(tasks.core).state == .held)
        #expect(store.delivered.isEmpty && store.waiting.isEmpty)
        try store.accept()
        try store.run(tasks.core)
        try store.withdraw()
        let package = try SentPackage(store, try store.run(tasks.core))
        #expect(package.names == ["manifest.csv"] && package.mode == nil)
        #expect(package.manifest.pupils.map(\.change) == [.sharingEnded, .sharingEnded])
        #expect(try store.run(tasks.core).state == .held)
    }

    @Test(
        "a report without the UPN lets out none, and no address, birth date or contact; classes come with all they need"
    )
    func classLists() throws {
        let (store, tasks) = try accepted()
        try store.accept("class-lists")
        let math = try store.tellClass(1, "Mathematics 5", [.subject: "Mathematics"])
        let science = try store.tellClass(2, "Science 5")
        try store.tellMembership(1, of: 1, in: 1)
        try store.tellMembership(2, of: 1, in: 2)
        try store.tellMembership(3, of: 2, in: 1)
        let package = try SentPackage(store, try store.run(tasks.classes))
        for text in ["A001107921412", "UPN", "2014-05-06", "High Street", "Hopper", "07700"] {
            #expect(!package.text.contains(text), "\(text)")
        }
        #expect(
            Set(package.names)
                == Set(
                    ["manifest", "orgs", "academicSessions", "courses", "classes", "users", "roles", "enrollments"].map
                    { $0 + ".csv" }
                )
        )
        #expect(package.rows(.classes).map { $0["title"] }.sorted() == ["Mathematics 5", "Science 5"])
        #expect(package.rows(.courses).map { $0["title"] }.sorted() == ["Mathematics", "Science 5"])
        #expect(package.rows(.enrollments).count == 3)

        // One class is renamed: its pupils come with it, and with all their classes.
        try store.tell(math, GroupContent(.classDetails, [FieldRow([.init(.name, "Mathematics 5B")])]))
        let renamed = try SentPackage(store, try store.run(tasks.classes))
        #expect(renamed.rows(.users).count == 2 && renamed.rows(.enrollments).count == 3)
        #expect(renamed.rows(.classes).map { $0["title"] }.sorted() == ["Mathematics 5B", "Science 5"])

        // The other goes with its only member.
        try store.append([
            store.builder.status(.absent, of: SchoolStore.membership(2), .enrolment, at: store.base),
            store.builder.status(.absent, of: science, .class, at: store.base),
        ])
        let gone = try SentPackage(store, try store.run(tasks.classes))
        #expect(gone.rows(.users).map { $0["familyName"] } == ["Lovelace"])
        #expect(gone.rows(.enrollments).map { $0["status"] }.sorted() == ["active", "tobedeleted"])
        #expect(gone.rows(.classes).first { $0["title"] == "Science 5" }?["status"] == "tobedeleted")
        #expect(try store.run(tasks.classes).state == .nothingToSend)
    }

    @Test("a past package is made again byte for byte, whatever has happened since")
    func rerun() throws {
        let (store, tasks) = try accepted()
        try store.accept("class-lists")
        try store.tellClass(1, "Mathematics 5")
        try store.tellMembership(1, of: 1, in: 1)
        var outcomes = [try store.run(tasks.core), try store.run(tasks.classes)]
        try store.tell(1, SchoolStore.details("Byron", upn: "T001100024019"), GroupContent(.contacts, []))
        try store.append([store.builder.status(.absent, of: SchoolStore.membership(1), .enrolment, at: store.base)])
        outcomes += [try store.run(tasks.core), try store.run(tasks.classes)]
        outcomes.append(try store.run(tasks.core, at: nil, RunOptions(isSnapshot: true)))
        try store.append([store.builder.status(.absent, of: SchoolStore.pupil(2), .pupil, at: store.base)])
        outcomes.append(try store.run(tasks.core))
        try store.withdraw()
        outcomes.append(try store.run(tasks.core))
        for outcome in outcomes {
            #expect(outcome.state == .exported, "\(outcome.reason)")
            let made = try Rerun(log: store.log, states: store.states).make(run: store.start(of: outcome))
            #expect(made.verdict == .identical, "\(made.name): \(made.verdict.words)")
            #expect(try store.bytes(named: made.name) == made.data)
            let manifest = try #require(outcome.files.last?.split(separator: "/").last)
            #expect(try store.bytes(named: String(manifest)) == made.manifest)
        }
    }

    @Test(
        "invariant 6: killed at any step of the delivery, the next run sends the same people by the same names",
        arguments: [0, 1, 2]
    )
    func killed(step: Int) throws {
        let moment = WatchedDelivery.Moment.allCases[step]
        let (store, tasks) = try accepted()
        let killed = Mutex<SchoolStore?>(nil)
        let out = store.folder.path("out")
        let runner = store.runner { _ in
            WatchedDelivery(folder: out, moment: moment) {
                let copy = try store.killed()
                killed.withLock { $0 = copy }
            }
        }
        _ = try? runner.run(task: tasks.core, base: store.base)
        let after = try #require(killed.withLock { $0 })
        let outcome = try after.run(tasks.core)
        #expect(outcome.state == .exported && outcome.lower == .origin)
        #expect(after.waiting.isEmpty)
        let again = try SentPackage(after, outcome)
        #expect(again.rows(.users).count == 3)
        if moment == .after {
            let first = try SentPackage(after, named: "8201079_OneRoster_820LLLL_001")
            #expect(Set(first.rows(.users).map { $0["sourcedId"] }) == Set(again.rows(.users).map { $0["sourcedId"] }))
        } else {
            #expect(after.delivered.count == 2)
        }
        #expect(try after.run(tasks.core).state == .nothingToSend)
    }
}
