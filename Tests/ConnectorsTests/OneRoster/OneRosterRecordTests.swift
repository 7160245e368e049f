import School
import Testing

@testable import Connectors

@Suite("Records from OneRoster")
struct OneRosterRecordTests {
    @Test("schools carry their DfE number, authorities their three digits")
    func orgs() throws {
        let items = try OneRosterSet.bulk().read().items
        #expect(
            items.record(.base, "s1")?.rows(.baseDetails)
                == [["name=Larkfield Primary", "dfeNumber=8201079", "orgType=school", "parentKey=la"]]
        )
        #expect(
            items.record(.base, "la")?.rows(.baseDetails)
                == [["name=Westmere Council", "number=820", "orgType=local"]]
        )
    }

    @Test("a department stands for its school and is no base")
    func department() throws {
        var set = OneRosterSet.bulk()
        set.rows[.orgs]?.append([
            "sourcedId": "d1", "name": "Infants", "type": "department", "parentSourcedId": "s1",
        ])
        set.set(.roles, 0, "orgSourcedId", "d1")
        let items = try set.read().items
        #expect(items.record(.base, "d1") == nil)
        #expect(items.record(.pupil, "p1", with: .basicDetails)?.base == "s1")
    }

    @Test("the end of a session is its last day, as the standard's is the first day after")
    func sessions() throws {
        let items = try OneRosterSet.bulk().read().items
        #expect(
            items.record(.term, "t1")?.rows(.termDetails)
                == [
                    [
                        "termName=Autumn", "termStart=2025-09-01", "termEnd=2025-12-19", "schoolYear=2026",
                        "termType=term",
                    ]
                ]
        )
    }

    @Test("homeroom is a registration group; years are national curriculum years")
    func classes() throws {
        let items = try OneRosterSet.bulk().read().items
        #expect(
            items.record(.class, "k1")?.rows(.classDetails)
                == [
                    [
                        "name=3 Oak", "courseKey=c1", "termKey=y26", "termKey=t1", "classType=registration", "grade=3",
                        "code=3O",
                    ]
                ]
        )
        #expect(items.record(.class, "k1")?.base == "s1")
        #expect(items.record(.course, "c1")?.rows(.courseDetails)?.first?.contains("grade=4") == true)
    }

    @Test("a pupil's details, methods, account and registration come from three files")
    func pupil() throws {
        let pupil = try #require(try OneRosterSet.bulk().read().items.record(.pupil, "p1", with: .basicDetails))
        #expect(
            pupil.rows(.basicDetails) == [
                [
                    "upn=\(OneRosterSet.upn)", "surname=Abara", "forename=Ada", "middleNames=Ife",
                    "preferredForename=Addie", "birthDate=2017-10-02", "sex=F",
                ]
            ]
        )
        #expect(pupil.rows(.address) == [["phoneType=H", "phone=07700 900101"], ["email=ada@example.org"]])
        #expect(pupil.rows(.account) == [["username=aabara", "studentNumber=77", "enabled=true"]])
        #expect(
            pupil.rows(.registration) == [["yearGroup=3", "role=student", "primaryRole=true", "roleBase=s1"]]
        )
        #expect(pupil.base == "s1")
    }

    @Test("a UPN that is not sent is not cleared; a wrong one is told and left out")
    func upn() throws {
        var set = OneRosterSet.bulk()
        set.set(.users, 0, "userIds", "{MIS:77}")
        var pupil = try #require(try set.read().items.record(.pupil, "p1", with: .basicDetails))
        #expect(pupil.dropped.map(\.field).contains(.upn))
        set.set(.users, 0, "userIds", "{UPN:Z001107917001}")
        let items = try set.read().items
        pupil = try #require(items.record(.pupil, "p1", with: .basicDetails))
        #expect(pupil.dropped.map(\.field).contains(.upn))
        #expect(pupil.groups[0].rows[0][.upn] == nil)
        #expect(items.issues.map(\.field) == ["userIds"])
        #expect(items.issues.first?.reason.contains("1510") == true || OneRosterSet.upn.hasPrefix("Z"))
    }

    @Test("contacts are linked from both sides, by parents, guardians and relatives alone")
    func contacts() throws {
        var set = OneRosterSet.bulk()
        set.set(.users, 0, "agentSourcedIds", "g1,u1,p2")
        let items = try set.read().items
        #expect(
            items.record(.pupil, "p1", with: .contacts)?.rows(.contacts) == [
                ["contactKey=g1", "relationshipWord=parent"], ["contactKey=u1", "relationshipWord=parent"],
            ]
        )
        #expect(
            items.record(.pupil, "p2", with: .contacts)?.rows(.contacts)
                == [["contactKey=g2", "relationshipWord=guardian"]]
        )
        #expect(items.issues.map(\.field) == ["agentSourcedIds"], "p2 is a pupil and no contact")
        #expect(items.records(.contact).map(\.key) == ["g1", "g2", "u1"])
        #expect(items.records(.teacher).map(\.key) == ["u1"])
    }

    @Test("a link file of ours tells priority and parental responsibility")
    func links() throws {
        var set = OneRosterSet.bulk()
        set.rows[.syncdLinks] = [
            [
                "sourcedId": "l1", "userSourcedId": "p1", "agentSourcedId": "g1",
                "metadata.syncd.contactPriority": "1", "metadata.syncd.parentalResponsibility": "true",
            ]
        ]
        let record = try set.read().items.record(.pupil, "p1", with: .contacts)
        #expect(
            record?.rows(.contacts)
                == [["contactKey=g1", "contactOrder=1", "parentalResponsibility=true", "relationshipWord=parent"]]
        )
    }

    @Test("a pupil of two schools has a registration at each; a trust or authority beside a school counts for nothing")
    func registrations() throws {
        var set = OneRosterSet.bulk()
        set.rows[.roles]?.append(OneRosterSet.role("r7", "p1", "student", "s2", primary: false))
        set.rows[.roles]?.append(OneRosterSet.role("r8", "p1", "student", "la", primary: false))
        let items = try set.read().items
        #expect(items.record(.pupil, "p1", with: .basicDetails)?.base == "s1")
        #expect(items.records(.registration).map(\.base) == ["s2"])
        set.set(.users, 0, "primaryOrgSourcedId", "s2")
        #expect(try set.read().items.record(.pupil, "p1", with: .basicDetails)?.base == "s2")
    }

    @Test("members of a class are pupils, those who take it are staff; their key is the row's own")
    func memberships() throws {
        let items = try OneRosterSet.bulk().read().items
        #expect(
            items.record(.enrolment, "e1")?.rows(.classMembership)
                == [["classKey=k1", "memberRole=student", "memberKey=p1"]]
        )
        #expect(
            items.record(.teaching, "e2")?.rows(.teachingAssignment)
                == [["roleStart=2025-09-01", "primaryRole=true", "classKey=k1", "memberRole=teacher", "memberKey=u1"]]
        )
        #expect(items.record(.enrolment, "e1")?.references.map(\.kind) == [.pupil, .class])
    }

    @Test("a bulk package covers what its files tell, a delta nothing")
    func coverage() throws {
        let bulk = try OneRosterSet.bulk().read().source
        #expect(bulk.isDelta == false)
        #expect(bulk.coverage.groups[.pupil]?.contains(.contacts) == true)
        #expect(bulk.coverage.groups[.mark] == nil)
        let delta = try OneRosterSet.delta([.orgs: [["sourcedId": "s1", "name": "L", "type": "school"]]]).read().source
        #expect(delta.isDelta == true)
        #expect(delta.coverage.groups == [.base: []])
    }

    @Test("a bulk row told as tobedeleted or inactive is as good as missing", arguments: ["tobedeleted", "inactive"])
    func leftOut(status: String) throws {
        var set = OneRosterSet.bulk()
        set.set(.users, 1, "status", status)
        let items = try set.read(lenient: true).items
        #expect(items.record(.pupil, "p2") == nil)
        #expect(items.deletions.isEmpty)
    }

    @Test("people come the same in batches of one as in one batch")
    func batches() throws {
        let folder = try TemporaryFolder()
        var set = OneRosterSet.bulk()
        set.set(.users, 0, "agentSourcedIds", "g1,u1,p2")
        let source = try OneRosterSource(path: set.write(to: folder), lenient: false)
        func records(_ size: Int) throws -> [SourceRecord] {
            var records: [SourceRecord] = []
            try OneRosterPeople(source, batchSize: size).read {
                if case .record(let record) = $0 { records.append(record) }
            }
            return records
        }
        #expect(try records(1) == records(100))
    }

    @Test("1.1 and 1.2 make the same people, save which role is primary")
    func versions() throws {
        let new = try OneRosterSet.bulk().read().items
        let old = try OneRosterSet.bulk11().read().items
        #expect(old.record(.pupil, "p1", with: .contacts)?.groups == new.record(.pupil, "p1", with: .contacts)?.groups)
        #expect(old.record(.pupil, "p1")?.rows(.address) == new.record(.pupil, "p1")?.rows(.address))
        #expect(old.record(.pupil, "p1")?.rows(.registration) == [["yearGroup=3", "role=student", "roleBase=s1"]])
    }
}
