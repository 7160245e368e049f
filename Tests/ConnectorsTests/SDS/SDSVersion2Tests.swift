import School
import Testing

@testable import Connectors

@Suite("School Data Sync versions 2 and 2.1")
struct SDSVersion2Tests {
    static let files = [
        "orgs.csv": "sourcedId,name,type,parentSourcedId\nD,Trust,district,\nS1,Larkfield,school,D\nS2,Hill,school,D\n",
        "users.csv": """
        sourcedId,username,givenName,familyName,password,activeDirectoryMatchId,email,phone,sms
        p1,ada,Ada,Byrd,hunter2,ada@m,ada@example.org,01632 960001,07700 900001
        t1,mo,Mo,Head,hunter2,,Mo@Example.org,,
        g1,gran,Gran,Byrd,hunter2,,,,07700 900002
        p2,ben,Ben,Byrd,hunter2,,,,
        x1,xer,Xer,Nobody,hunter2,,,,
        """,
        "roles.csv": """
        userSourcedId,orgSourcedId,role,sessionSourcedId,grade,isPrimary,roleStartDate,roleEndDate
        p1,S2,student,Y,3,FALSE,2025-09-01,
        p1,S1,Student,Y,3,TRUE,2025-09-01,2026-07-20
        t1,S1,teacher,Y,,TRUE,,
        g1,S1,aide,,,TRUE,,
        p2,S2,student,Y,R,TRUE,,
        ghost,S1,student,,,,,
        """,
        "classes.csv": "sourcedId,orgSourcedId,title,sessionSourcedIds,courseSourcedId,code\nC1,S1,3A,\"Y,A\",K,c\n",
        "enrollments.csv": "classSourcedId,userSourcedId,role\nC1,p1,student\nC1,t1,teacher\n",
        "academicSessions.csv":
            "sourcedId,title,type,schoolYear,startDate,endDate\nY,2025,schoolYear,2025,2025-09-01,2026-07-20\n",
        "demographics.csv": """
        userSourcedId,sex,birthDate,birthCity,birthState,birthCountry,ethnicityCodes,raceCodes
        p1,female,2017-03-14,Luton,Beds,UK,e,r
        """,
        "userFlags.csv": "userSourcedId,flag\np1,zebra\np1,iep\n",
        "relationships.csv": """
        userSourcedId,relationshipUserSourcedId,relationshipRole
        p1,g1,relative
        p2,g1,guardian
        """,
    ]

    func folder(_ changes: [String: String] = [:], without: [String] = []) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (name, text) in Self.files.merging(changes, uniquingKeysWith: { $1 }) where !without.contains(name) {
            try folder.write(text, to: name)
        }
        return folder
    }

    func read(_ changes: [String: String] = [:], without: [String] = []) throws -> ReadSource {
        let folder = try folder(changes, without: without)
        return try ReadSource(SDSFolder(path: folder.path, dateOrder: nil))
    }

    @Test("a pupil is joined from all files; the primary role gives the school, another is a registration of its own")
    func pupil() throws {
        let read = try read()
        let pupil = try #require(read.record(.pupil, "p1", with: .basicDetails))
        #expect(pupil.base == "S1")
        #expect(
            pupil.rows(.basicDetails) == [
                [
                    "surname=Byrd", "forename=Ada", "birthDate=2017-03-14", "sex=F", "birthPlace=Luton",
                    "birthRegion=Beds", "birthCountry=UK",
                ]
            ]
        )
        #expect(pupil.rows(.account) == [["username=ada", "accountMatchID=ada@m"]])
        #expect(
            pupil.rows(.address) == [
                ["phoneType=H", "phone=01632 960001"], ["phoneType=M", "phone=07700 900001"],
                ["email=ada@example.org"],
            ]
        )
        #expect(
            pupil.rows(.registration) == [
                [
                    "yearGroup=3", "role=Student", "roleStart=2025-09-01", "roleEnd=2026-07-20", "primaryRole=true",
                    "roleBase=S1", "termKey=Y",
                ]
            ]
        )
        let second = try #require(read.record(.registration, "p1"))
        #expect(second.base == "S2" && second.references.map(\.key) == ["S2"])
        #expect(
            second.rows(.registration) == [
                [
                    "yearGroup=3", "role=student", "roleStart=2025-09-01", "primaryRole=false", "roleBase=S2",
                    "termKey=Y",
                ]
            ]
        )
        #expect(
            pupil.rows(.characteristics)
                == [["federalRace=r", "federalEthnicity=e"], ["userFlag=iep"], ["userFlag=zebra"]]
        )
        #expect(!"\(read.records)".contains("hunter2"))
    }

    @Test(
        "one person may be staff and contact: a record for each; contacts are at the school of the first pupil by key"
    )
    func twoKinds() throws {
        let read = try read()
        #expect(read.record(.teacher, "g1")?.base == "S1")
        let contact = try #require(read.record(.contact, "g1"))
        #expect(contact.base == "S1")
        #expect(
            contact.rows(.contactDetails)
                == [["surname=Byrd", "forename=Gran", "username=gran"], ["phoneType=M", "phone=07700 900002"]]
        )
    }

    @Test("links to contacts are a record of their own, with the word kept and a code where one means the same")
    func links() throws {
        let read = try read()
        let links = try #require(read.record(.pupil, "p1", with: .contacts))
        #expect(links.rows(.contacts) == [["contactKey=g1", "relationship=REL", "relationshipWord=relative"]])
        #expect(links.references == [.init(kind: .contact, key: "g1", field: "relationshipUserSourcedId")])
        #expect(links.origin == .init(file: "relationships.csv", line: 2))
        #expect(
            read.record(.pupil, "p2", with: .contacts)?.rows(.contacts)
                == [["contactKey=g1", "relationshipWord=guardian"]]
        )
    }

    @Test("somebody without a role, and a line about somebody who is not there, are parked and told once")
    func parked() throws {
        let read = try read()
        #expect(read.parked.map(\.file) == ["users.csv", "roles.csv"])
        #expect(read.parked.map(\.line) == [6, 7])
        #expect(read.parked.first?.key == "x1")
        #expect(read.record(.pupil, "ghost") == nil)
    }

    @Test("records come in dependency order, classes with all their terms")
    func order() throws {
        let read = try read()
        #expect(
            read.records.map(\.kind)
                == [.base, .base, .base, .term, .class, .teacher, .teacher, .contact]
                + [.pupil, .registration, .pupil, .pupil, .pupil, .enrolment, .teaching]
        )
        #expect(
            read.record(.class, "C1")?.rows(.classDetails)
                == [["name=3A", "courseKey=K", "termKey=Y", "termKey=A", "code=c"]]
        )
    }

    @Test("batches of any size say the same as one", arguments: [1, 2, 3, 5])
    func batches(size: Int) throws {
        let folder = try folder()
        let source = try SDSFolder(path: folder.path, dateOrder: nil)
        func items(_ size: Int) throws -> (records: [SourceRecord], issues: Set<RowIssue>) {
            var records: [SourceRecord] = []
            var issues: [RowIssue] = []
            try SDSUsers(source, batchSize: size).read { item in
                switch item {
                case .record(let record): records.append(record)
                case .issue(let issue): issues.append(issue)
                case .deletion, .departure: Issue.record("no deletions in this format")
                }
            }
            #expect(Set(issues).count == issues.count, "told once")
            return (records, Set(issues))
        }
        let (one, many) = (try items(100), try items(size))
        #expect(one.records == many.records)
        #expect(one.issues == many.issues)
    }

    @Test("without relationships nothing is said of contacts, and nobody becomes one")
    func noRelationships() throws {
        let folder = try folder(without: ["relationships.csv"])
        let source = try SDSFolder(path: folder.path, dateOrder: nil)
        #expect(source.coverage.groups[.contact] == nil)
        #expect(source.coverage.groups[.pupil]?.contains(.contacts) == false)
        #expect(try ReadSource(source).records(.contact).isEmpty)
    }

    @Test("version 2 has roles in users.csv; together with files of 2.1 they are refused")
    func mixture() throws {
        let users = "sourcedId,orgSourcedIds,givenName,familyName,username,password,role,grade\n"
        let row = "p1,\"S1,S2\",Ada,Byrd,ada,hunter2,Student,03\nt1,S1,Mo,Head,mo,hunter2,Teacher,\n"
        #expect(throws: SourceError(.format, file: "", "")) { try read(["users.csv": users + row]) }
        let others = ["roles.csv", "academicSessions.csv", "demographics.csv", "userFlags.csv", "relationships.csv"]
        let version2 = try self.read(["users.csv": users + row], without: others)
        #expect(version2.issues.isEmpty, "\(version2.issues)")
        let pupil = try #require(version2.record(.pupil, "p1"))
        #expect(pupil.base == "S1")
        #expect(pupil.rows(.registration) == [["yearGroup=3", "role=Student", "roleBase=S1"]])
        let second = try #require(version2.record(.registration, "p1"))
        #expect(second.base == "S2" && second.rows(.registration) == [["yearGroup=3", "role=Student", "roleBase=S2"]])
        #expect(version2.record(.teacher, "t1")?.base == "S1")
    }

    @Test("members are pupils or staff by their role in the class")
    func members() throws {
        let read = try read()
        #expect(
            read.record(.enrolment, "C1\u{1F}p1")?.rows(.classMembership) == [["classKey=C1", "memberRole=student"]]
        )
        #expect(read.record(.teaching, "C1\u{1F}t1")?.references.first?.kind == .teacher)
    }

    @Test("roles.csv is needed once another file of 2.1 is there")
    func rolesMissing() {
        let error = #expect(throws: SourceError.self) { try read(without: ["roles.csv"]) }
        #expect(error?.code == .missing)
        #expect(error?.file == "roles.csv")
    }
}
