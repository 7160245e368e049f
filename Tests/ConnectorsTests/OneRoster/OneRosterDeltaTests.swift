import School
import Testing

@testable import Connectors

@Suite("OneRoster deltas")
struct OneRosterDeltaTests {
    private static let pupil = [
        "sourcedId": "p1", "enabledUser": "true", "username": "a", "givenName": "Ada", "familyName": "Abara",
    ]

    private static func gone(_ row: [String: String]) -> [String: String] {
        row.merging(["status": "tobedeleted"]) { $1 }
    }

    @Test("tobedeleted deletes by the row's key, whatever else it tells")
    func deletions() throws {
        let bulk = OneRosterSet.bulk()
        var rows: [OneRosterFile: [[String: String]]] = [:]
        for file in [OneRosterFile.academicSessions, .courses, .classes, .enrollments] {
            rows[file] = bulk.rows[file]?.map(Self.gone)
        }
        let items = try OneRosterSet.delta(rows).read().items
        #expect(items.records.isEmpty)
        let told = items.deletions.map { "\($0.kind.name) \($0.key)" }
        #expect(told == ["term y26", "term t1", "course c1", "class k1", "enrolment e1", "teaching e2"])
    }

    @Test("a deleted user is looked for among pupils, contacts and staff: the row does not say which")
    func users() throws {
        let items = try OneRosterSet.delta([.users: [Self.gone(Self.pupil)]]).read().items
        #expect(items.deletions.map(\.kind) == [.pupil, .contact, .teacher])
        var old = OneRosterSet.delta([
            .users: [Self.gone(Self.pupil).merging(["role": "student", "orgSourcedIds": "s1"]) { $1 }]
        ])
        old.version = .v11
        #expect(try old.read().items.deletions.map(\.kind) == [.pupil])
    }

    @Test("a deleted row may leave its other values blank when lenient")
    func blank() throws {
        var set = OneRosterSet.delta([.users: [Self.gone(["sourcedId": "p1"])]])
        #expect(try set.defects().count == 4)
        #expect(try set.read(lenient: true).items.deletions.count == 3)
        set.set(.users, 0, "sourcedId", "")
        #expect(try set.read(lenient: true).items.deletions.isEmpty)
    }

    @Test("a school does not go by an import")
    func school() throws {
        let items = try OneRosterSet.delta([.orgs: [Self.gone(["sourcedId": "s1", "name": "L", "type": "school"])]])
            .read().items
        #expect(items.deletions.isEmpty)
        #expect(items.issues.map(\.effect) == [.noted])
    }

    @Test("a pupil comes with the roles; what the delta does not tell stays")
    func pupil() throws {
        let set = OneRosterSet.delta([
            .users: [Self.pupil], .roles: [OneRosterSet.role("r1", "p1", "student", "s1")],
        ])
        let items = try set.read().items
        let record = try #require(items.record(.pupil, "p1"))
        #expect(Set(record.dropped.map(\.field)).isSuperset(of: [.birthDate, .sex, .upn]))
        #expect(items.record(.pupil, "p1", with: .contacts) == nil, "no agents told: the links stay")
    }

    @Test("a user without a role waits, since nobody can tell who it is")
    func noRole() throws {
        let items = try OneRosterSet.delta([.users: [Self.pupil]]).read().items
        #expect(items.records.isEmpty)
        #expect(items.parked.map(\.key) == ["p1"])
    }

    @Test("a pupil's role or birth date may come alone")
    func parts() throws {
        let set = OneRosterSet.delta([
            .roles: [
                OneRosterSet.role("r1", "p1", "student", "s1").merging(["endDate": "2025-10-01"]) { $1 },
                OneRosterSet.role("r2", "u1", "teacher", "s1"),
            ],
            .demographics: [["sourcedId": "p1", "birthDate": "2017-10-03"]],
        ])
        let items = try set.read().items
        #expect(
            items.record(.registration, "p1")?.rows(.registration)
                == [["role=student", "roleEnd=2025-10-01", "primaryRole=true", "roleBase=s1"]]
        )
        let part = try #require(items.record(.pupil, "p1"))
        #expect(part.isPart)
        #expect(part.rows(.basicDetails) == [["birthDate=2017-10-03"]])
        #expect(Set(part.dropped.map(\.field)).isSuperset(of: [.surname, .forename, .upn]))
        #expect(items.parked.map(\.file) == ["roles.csv"], "staff come with their own row")
    }

    @Test("a contact whose row did not change is named all the same; one without such a role is not")
    func links() throws {
        let pupil = Self.pupil.merging(["agentSourcedIds": "g1,u1"]) { $1 }
        let staff = ["sourcedId": "u1", "enabledUser": "true", "username": "u", "givenName": "U", "familyName": "K"]
        let set = OneRosterSet.delta([
            .users: [pupil, staff],
            .roles: [
                OneRosterSet.role("r1", "p1", "student", "s1"), OneRosterSet.role("r2", "u1", "teacher", "s1"),
            ],
        ])
        let record = try #require(try set.read().items.record(.pupil, "p1", with: .contacts))
        #expect(record.rows(.contacts) == [["contactKey=g1"]])
        #expect(record.references.map(\.key) == ["g1"])
        #expect(Set(record.dropped.map(\.field)).isSuperset(of: [.relationshipWord, .contactOrder]))
    }

    @Test("several organisations of a pupil wait for orgs.csv, which tells the schools among them")
    func severalOrgs() throws {
        let roles = [OneRosterSet.role("r1", "p1", "student", "s1"), OneRosterSet.role("r2", "p1", "student", "tr")]
        var set = OneRosterSet.delta([.users: [Self.pupil], .roles: roles])
        #expect(try set.read().items.parked.map(\.file) == ["users.csv"])
        set = OneRosterSet.delta([
            .users: [Self.pupil], .roles: roles,
            .orgs: [
                ["sourcedId": "s1", "name": "L", "type": "school"],
                ["sourcedId": "tr", "name": "T", "type": "district"],
            ],
        ])
        #expect(try set.read().items.record(.pupil, "p1")?.base == "s1")
    }
}
