import School
import Testing

@testable import Connectors

@Suite("syncd-csv: rows")
struct SyncdCSVRowTests {
    struct Expected: Sendable {
        var area: String
        var text: String
        var field: String
        var reason: String
    }

    static let faults: [Expected] = [
        Expected(area: "bases", text: "base,name,urn\n8201079,L,12\n", field: "urn", reason: "URN"),
        Expected(
            area: "terms",
            text: "base,term_key,name,type,start,end\n8201079,A,x,term,2025-09-01,2025-08-31\n",
            field: "end",
            reason: "before start"
        ),
        Expected(
            area: "terms",
            text: "base,term_key,name,type,start,end\n8201079,A,x,Term,2025-09-01,2025-12-31\n",
            field: "type",
            reason: "half_term"
        ),
        Expected(
            area: "classes",
            text: "base,class_key,name,type\n9999999,C,3A,teaching\n",
            field: "base",
            reason: "manifest"
        ),
        Expected(
            area: "pupils",
            text: "base,pupil_key,surname,forename,birth_date,sex\n8201079,P,A,B,2025-09-03,F\n",
            field: "birth_date",
            reason: "after the day of the report"
        ),
        Expected(
            area: "pupils",
            text: "base,pupil_key,surname,forename,birth_date,sex\n8201079,P,A,B,14/03/2017,F\n",
            field: "birth_date",
            reason: "yyyy-MM-dd"
        ),
        Expected(
            area: "pupils",
            text: "base,pupil_key,surname,forename,birth_date,sex\n8201079,P,A,\"B\nC\",2017-03-14,F\n",
            field: "forename",
            reason: "line break"
        ),
        Expected(
            area: "pupils",
            text: "base,pupil_key,surname,forename,birth_date,sex,upn,no_upn_reason\n"
                + "8201079,P,A,B,2017-03-14,F,L001107921412,UN1\n",
            field: "no_upn_reason",
            reason: "beside a UPN"
        ),
        Expected(
            area: "registrations",
            text: "base,pupil_key,status,entry_date,leaving_date\n8201079,P,C,2021-09-02,2020-01-01\n",
            field: "leaving_date",
            reason: "before entry_date"
        ),
        Expected(
            area: "registrations",
            text: "base,pupil_key,status,entry_date\n8201079,P,X,2021-09-02\n",
            field: "status",
            reason: "enrolment status"
        ),
        Expected(
            area: "addresses",
            text: "pupil_key,paon,address_line_1\nP,14,14 Fennel Row\n",
            field: "address_line_1",
            reason: "not both"
        ),
        Expected(
            area: "addresses",
            text: "pupil_key,address_type,postcode,phone_1_type,phone_1\nP,H,MK,M,\n",
            field: "phone_1_type",
            reason: "without the value"
        ),
        Expected(
            area: "addresses",
            text: "pupil_key,address_type,paon\nP,W,\n",
            field: "address_type",
            reason: "without an address"
        ),
        Expected(
            area: "characteristics",
            text: "pupil_key,language_1_type\nP,F\n",
            field: "language_1_type",
            reason: "without the value"
        ),
        Expected(
            area: "characteristics",
            text: "pupil_key,disabilities\nP,HEAR;EAR\n",
            field: "disabilities",
            reason: "disability"
        ),
        Expected(
            area: "sen",
            text: "pupil_key,provision,start,need_type,need_rank\nP,K,2024-01-08,SLCN,1\n",
            field: "provision",
            reason: "rows of their own"
        ),
        Expected(area: "sen", text: "pupil_key,provision,start\nP,K,\n", field: "start", reason: "is empty"),
        Expected(area: "fsm", text: "pupil_key,start,country\nP,2023-09-01,GB\n", field: "country", reason: "ENG"),
        Expected(
            area: "looked-after",
            text: "pupil_key,in_care,care_authority\nP,yes,820\n",
            field: "in_care",
            reason: "true or false"
        ),
        Expected(
            area: "pupil-contacts",
            text: "pupil_key,contact_key,priority,relationship,parental_responsibility\nP,K,01,PAM,true\n",
            field: "priority",
            reason: "1 to 999"
        ),
        Expected(
            area: "calendar",
            text: "base,date,session,open\n8201079,2025-09-05,PM,FALSE\n",
            field: "open",
            reason: "true or false"
        ),
        mark("2025-09-02,AM,H,,", "mark", "from 2024-08-19"), mark("2024-08-18,AM,K,,", "mark", "before 2024-08-19"),
        mark("2025-09-02,PM,/,,", "mark", "morning"), mark("2025-09-02,AM,I,5,", "minutes_late", "L and U"),
        mark("2025-09-02,AM,L,601,", "minutes_late", "0 to 600"),
        mark("2025-09-02,AM,L,,\(String(repeating: "x", count: 501))", "comment", "500"),
        mark("2025-09-02,EV,L,,", "session", "AM, PM"),
    ]

    static func mark(_ row: String, _ field: String, _ reason: String) -> Expected {
        Expected(
            area: "attendance-marks",
            text: "base,pupil_key,date,session,mark,minutes_late,comment\n8201079,P,\(row)\n",
            field: field,
            reason: reason
        )
    }

    @Test("a row that breaks a rule is parked, with the field and what is wrong", arguments: faults)
    func parked(expected: Expected) throws {
        var set = SyncdCSVSet([expected.area: expected.text])
        set.manifestLines = []
        if expected.text.contains("\"") { set.rows[expected.area] = 1 }
        let read = try set.read()
        let issue = try #require(read.parked.first, "\(expected.area)")
        #expect(read.issues.count == 1, "\(read.issues)")
        #expect(issue.file == expected.area + ".csv")
        #expect(issue.line == 2)
        #expect(issue.field == expected.field)
        #expect(issue.reason.contains(expected.reason), "\(issue.reason)")
        #expect(!read.records.contains { $0.origin.file == issue.file })
    }

    @Test(
        "a number of a pupil that breaks its rule is left out by the rule's number, the row goes in",
        arguments: [
            ("upn", "A801200005001", "1510"), ("upn", "E000200005001", "1530"), ("upn", "X80120000A001", "1540"),
            ("upn", "H82010791900I", "1550"), ("former_upn", "A80120000500", "1560Q"),
            ("former_upn", "rubbish", "1560Q"), ("uln", "0123456789", "ULN"),
        ]
    )
    func numbers(column: String, value: String, rule: String) throws {
        let text = "base,pupil_key,surname,forename,birth_date,sex,\(column)\n8201079,P,A,B,2017-03-14,F,\(value)\n"
        let read = try SyncdCSVSet(["pupils": text]).read()
        let issue = try #require(read.issues.first { $0.file == "pupils.csv" })
        #expect(issue.effect == .noted)
        #expect(issue.field == column)
        #expect(issue.reason.hasPrefix(rule))
        #expect(!issue.reason.contains(value))
        let rows = read.record(.pupil, "P", with: .basicDetails)?.rows(.basicDetails)
        #expect(rows == [["surname=A", "forename=B", "birthDate=2017-03-14", "sex=F"]])
    }

    @Test("a former UPN is kept as it was reported: its check letter is not asked (1560Q)")
    func formerUPN() throws {
        let header = "base,pupil_key,surname,forename,birth_date,sex,former_upn"
        let text = header + "\n8201079,P,A,B,2017-03-14,F,A801200005001\n"
        let read = try SyncdCSVSet(["pupils": text]).read()
        #expect(!read.issues.contains { $0.file == "pupils.csv" })
        let rows = read.record(.pupil, "P", with: .basicDetails)?.rows(.basicDetails)
        #expect(rows?.first?.contains("formerUPN=A801200005001") == true)
    }

    @Test("phones and e-mails that no message can go to are told and kept")
    func methods() throws {
        let text = "pupil_key,phone_1_type,phone_1,phone_2,email_1\nP,M,020 7946 0991,020 7946 0992,nobody\n"
        let read = try SyncdCSVSet(["addresses": text]).read()
        #expect(read.parked.isEmpty)
        #expect(read.issues.filter { $0.file == "addresses.csv" }.map(\.field) == ["email_1", "phone_1"])
        #expect(
            read.record(.pupil, "P", with: .address)?.rows(.address) == [
                ["phoneType=M", "phone=020 7946 0991"], ["phoneType=H", "phone=020 7946 0992"],
                ["email=nobody", "emailType=Home"],
            ]
        )
    }

    @Test("two homes: addresses first, the main one leading, then phones, then e-mails, equal ones once")
    func twoHomes() throws {
        let text = """
            pupil_key,paon,phone_1,email_1
            P,2,01632 960001,a@example.org
            P,1,01632 960001,B@example.org
            Q,3,,

            """
        let read = try SyncdCSVSet(["addresses": text]).read()
        let record = try #require(read.record(.pupil, "P", with: .address))
        #expect(
            record.rows(.address) == [
                ["addressType=H", "paon=2"], ["addressType=H", "paon=1"], ["phoneType=H", "phone=01632 960001"],
                ["email=a@example.org", "emailType=Home"], ["email=b@example.org", "emailType=Home"],
            ]
        )
        #expect(record.base == nil)
        #expect(record.references == [.init(kind: .pupil, key: "P", field: "pupil_key")])
        #expect(record.origin.line == 2)
        #expect(read.record(.pupil, "Q", with: .address)?.origin.line == 4)
    }

    @Test("rows of a group are put in its order: links by priority, needs by rank, instances and spells by date")
    func order() throws {
        let read = try SyncdCSVSet([
            "pupil-contacts": """
            pupil_key,contact_key,priority,relationship,parental_responsibility
            P,K3,10,PAM,true
            P,K2,2,PAM,true
            P,K1,2,PAF,true

            """,
            "sen":
                "pupil_key,provision,start,need_type,need_rank\nP,,,ASD,2\nP,K,2025-01-01,,\nP,,,VI,1\nP,N,2024-01-01,,\n",
            "fsm": "pupil_key,start\nP,2024-09-01\nP,2023-09-01\n",
        ]).withoutAbsentFSM().read()
        func values(_ group: DataGroup, _ fields: Field...) -> [String]? {
            read.record(.pupil, "P", with: group)?.groups[0].rows.map { row in
                fields.compactMap { row[$0] }.joined()
            }
        }
        #expect(values(.contacts, .contactKey) == ["K1", "K2", "K3"])
        #expect(values(.sen, .senProvision, .senType) == ["N", "K", "VI", "ASD"])
        #expect(values(.fsm, .fsmStart) == ["2023-09-01", "2024-09-01"])
    }

    @Test("one faulty row parks the pupil's whole group in that file, and nobody else's")
    func wholeGroup() throws {
        let read = try SyncdCSVSet([
            "sen":
                "pupil_key,provision,start\nP,K,2024-01-08\nP,K,2024-02-30\nQ,K,2024-01-08\nR,K,2024-01-08,x\nS,K,2024-01-08\n"
        ]).read()
        #expect(read.records.filter { $0.origin.file == "sen.csv" }.map(\.key) == ["Q", "S"])
        #expect(read.parked.map(\.line) == [3, 2, 5])
        #expect(read.parked.map(\.key) == ["P", "P", "R"])
    }

    @Test("a contact who stands twice among a pupil's parks the group")
    func contactTwice() throws {
        let read = try SyncdCSVSet([
            "pupil-contacts": """
            pupil_key,contact_key,priority,relationship,parental_responsibility
            P,K1,1,PAM,true
            P,K1,2,CAR,true

            """
        ]).read()
        #expect(read.records.filter { $0.origin.file == "pupil-contacts.csv" }.isEmpty)
        #expect(read.parked.first?.field == "contact_key")
    }

    @Test("registrations at two bases are two records of one pupil")
    func twoBases() throws {
        var set = SyncdCSVSet([
            "registrations": """
            base,pupil_key,status,entry_date,leaving_date
            8201079,P,M,2022-09-01,
            8201079,P,P,2020-09-01,2021-07-20
            8201080,P,S,2024-09-01,

            """
        ])
        set.properties.append("base,8201080,,,,,,")
        let records = try set.read().records.filter { $0.origin.file == "registrations.csv" }
        #expect(records.map(\.key) == ["P", "P"])
        #expect(records.map(\.base) == ["8201079", "8201080"])
        #expect(records[0].groups[0].rows.map { $0[.enrolmentStatus] } == ["P", "M"])
    }

    @Test("characteristics: one row for the person, one for each language, one for each disability")
    func characteristics() throws {
        let read = try SyncdCSVSet([
            "characteristics": """
            pupil_key,ethnicity,ethnicity_source,language_1_type,language_1,language_2_type,language_2,medical_flag,\
            disabilities,service_child
            P,BAFR,P,F,ENG,H,IGB,false,MOB;HEAR,N

            """
        ]).read()
        #expect(
            read.record(.pupil, "P", with: .characteristics)?.rows(.characteristics) == [
                ["ethnicity=BAFR", "ethnicitySource=P", "medicalFlag=false", "serviceChild=N"],
                ["languageType=F", "language=ENG"], ["languageType=H", "language=IGB"], ["disability=HEAR"],
                ["disability=MOB"],
            ]
        )
    }

    @Test("files without columns for a group's optional values still cover the whole group")
    func leftOut() throws {
        let read = try SyncdCSVSet().read()
        #expect(read.record(.base, "8201079")?.groups.map(\.group) == [.baseDetails])
    }

    @Test("members of classes: the owner is the person, the base is the class's")
    func members() throws {
        let read = try SyncdCSVSet([
            "class-memberships": "class_key,pupil_key\nC-3A,P-000412\n",
            "class-staff": "class_key,staff_key,role\nC-3A,S-0007,Class teacher\n",
        ]).read()
        let membership = try #require(read.record(.enrolment, "C-3A\u{1F}P-000412"))
        #expect(membership.references.map(\.kind) == [.pupil, .class])
        #expect(membership.base == nil)
        let teaching = try #require(read.record(.teaching, "C-3A\u{1F}S-0007"))
        #expect(teaching.references.map(\.kind) == [.teacher, .class])
        #expect(
            teaching.rows(.teachingAssignment) == [["classKey=C-3A", "memberRole=Class teacher", "memberKey=S-0007"]]
        )
    }
}

extension SyncdCSVSet {
    /// The example calls FSM absent; a test that brings the file takes the line away.
    func withoutAbsentFSM() -> SyncdCSVSet {
        var set = self
        set.manifestLines.removeAll { $0.hasPrefix("area,fsm") }
        return set
    }
}

extension SyncdCSVRowTests {
    @Test("rows of one group are gathered up to a size, and told with the first line when they are larger")
    func runLimit() throws {
        let folder = try TemporaryFolder()
        let rows = (0..<40).map { "P1,line \($0) of an address that is much too long" }.joined(separator: "\n")
        try folder.write("pupil_key,address_line_1\n\(rows)\nP2,Fennel Row\n", to: "addresses.csv")
        let source = try SourceFolder(path: folder.path)
        let area = try #require(SyncdCSVArea.all(producedOn: .latest).first { $0.name == "addresses" })
        var reading = SyncdCSVReading(area: area, folder: source, bases: [])
        reading.runBytesMax = 1_024
        var (keys, issues): ([String], [RowIssue]) = ([], [])
        let count = try reading.read { item in
            if case .record(let record) = item { keys.append(record.key) }
            if case .issue(let issue) = item { issues.append(issue) }
        }
        #expect(count == 41 && keys == ["P2"])
        #expect(issues.map(\.line) == [2] && issues.first?.key == "P1" && issues.first?.groups == [.address])
        #expect(issues.first?.effect == .parked)
    }

    @Test("a UPN that breaks its rule beside a reason for having none parks the row")
    func reasonBesideBadUPN() throws {
        var set = SyncdCSVSet()
        set.files["pupils"] = """
            base,pupil_key,surname,forename,birth_date,sex,upn,no_upn_reason
            8201079,P-000412,Abara,Ikenna,2017-03-14,M,L001107921413,UN1
            8201079,P-000588,Abara,Adaeze,2021-01-30,F,,UN1

            """
        let read = try set.read()
        #expect(read.parked.map(\.field).contains("no_upn_reason"))
        #expect(read.record(.pupil, "P-000412", with: .basicDetails) == nil)
    }
}
