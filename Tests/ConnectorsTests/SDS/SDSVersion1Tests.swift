import Connectors
import School
import Testing

@Suite("School Data Sync version 1")
struct SDSVersion1Tests {
    /// A small school that says something in every column; a test replaces what it is about.
    static let files = [
        "School.csv": """
        SIS ID,Name,School Number,School NCES_ID,State ID,Grade Low,Grade High,Principal SIS ID,Principal Name,\
        Principal Secondary Email,Address,City,State,Country,Zip,Phone,Zone
        S1,Larkfield,12,N1,WA,R,6,T1,Mo Head,head@example.org,1 Lane,Ampthill,Beds,UK,MK45 2ZZ,01632 960001,2
        """,
        "Section.csv": """
        SIS ID,School SIS ID,Section Name,Section Number,Term SIS ID,Term Name,Term StartDate,Term EndDate,Course SIS ID,\
        Course Name,Course Number,Course Description,Course Subject,Periods,Status
        C1,S1,Maths,11,T25,Autumn,1/9/2025,2025-12-19,K1,Number,200,All of it,Maths,"1,2",Active
        """,
        "Teacher.csv": """
        SIS ID,School SIS ID,First Name,Last Name,Username,Password,State ID,Teacher Number,Status,Middle Name,\
        Secondary Email,Title,Qualification
        T1,S1,Mo,Head,mhead,hunter2,WA,101,Active,J,Mo@Example.org,Mx,QTS
        """,
        "Student.csv": """
        SIS ID,School SIS ID,First Name,Last Name,Username,Password,State ID,Secondary Email,Student Number,Middle Name,\
        Grade,Status,Mailing Address,Mailing City,Mailing State,Mailing Zip,Mailing Latitude,Mailing Longitude,\
        Mailing Country,Residence Address,Residence City,Residence State,Residence Zip,Residence Latitude,\
        Residence Longitude,Residence Country,Gender,Birthdate,ELL Status,FederalRace,Graduation Year
        P1,S1,Ada,Byrd,abyrd,hunter2,WA,ada@example.org,77,May,03,Active,PO 1,Town,Beds,Z1,,,UK,2 Lane,Town,Beds,Z2,52.1,\
        -0.4,UK,female,14/3/2017,No,Other,2035
        """,
        "StudentEnrollment.csv": "Section SIS ID,SIS ID\nC1,P1\n",
        "TeacherRoster.csv": "Section SIS ID,SIS ID\nC1,T1\n",
    ]

    func source(
        _ changes: [String: String] = [:],
        without: [String] = [],
        order: DateOrder? = .dmy
    ) throws -> (folder: TemporaryFolder, source: SDSFolder) {
        let folder = try TemporaryFolder()
        for (name, text) in Self.files.merging(changes, uniquingKeysWith: { $1 }) where !without.contains(name) {
            try folder.write(text, to: name)
        }
        return (folder, try SDSFolder(path: folder.path, dateOrder: order))
    }

    func read(_ changes: [String: String] = [:], order: DateOrder? = .dmy) throws -> ReadSource {
        let made = try source(changes, order: order)
        return try ReadSource(made.source)
    }

    @Test("every column of a pupil has its home, and passwords have none")
    func pupil() throws {
        let read = try read()
        #expect(read.issues.isEmpty, "\(read.issues)")
        let pupil = try #require(read.record(.pupil, "P1"))
        #expect(pupil.base == "S1")
        #expect(pupil.references == [.init(kind: .base, key: "S1", field: "School SIS ID")])
        #expect(
            pupil.rows(.basicDetails)
                == [["surname=Byrd", "forename=Ada", "middleNames=May", "birthDate=2017-03-14", "sex=F"]]
        )
        #expect(
            pupil.rows(.account)
                == [["secondaryEmail=ada@example.org", "username=abyrd", "stateID=WA", "studentNumber=77"]]
        )
        #expect(
            pupil.rows(.registration)
                == [["yearGroup=3", "recordStatus=Active", "graduationYear=2035", "roleBase=S1"]]
        )
        #expect(pupil.rows(.characteristics) == [["federalRace=Other", "englishLearner=No"]])
        #expect(
            pupil.rows(.address) == [
                [
                    "addressType=H", "town=Town", "county=Beds", "postcode=Z2", "country=UK", "addressLine1=2 Lane",
                    "latitude=52.1", "longitude=-0.4",
                ],
                ["addressType=M", "town=Town", "county=Beds", "postcode=Z1", "country=UK", "addressLine1=PO 1"],
            ]
        )
        #expect(!"\(read.records)".contains("hunter2"))
    }

    @Test("term dates of a class are kept, in whatever order they are written")
    func termDates() throws {
        let rows = try read().record(.class, "C1")?.rows(.classDetails)
        #expect(rows?.first?.contains("termStart=2025-09-01") == true)
        #expect(rows?.first?.contains("termEnd=2025-12-19") == true)
    }

    @Test("memberships and teaching point at person and class, the owner first")
    func members() throws {
        let read = try read()
        let membership = try #require(read.record(.enrolment, "C1\u{1F}P1"))
        #expect(membership.base == nil)
        #expect(membership.references.map(\.kind) == [.pupil, .class])
        #expect(membership.rows(.classMembership) == [["classKey=C1"]])
        let teaching = try #require(read.record(.teaching, "C1\u{1F}T1"))
        #expect(teaching.references.map(\.kind) == [.teacher, .class])
        #expect(teaching.references.map(\.field) == ["SIS ID", "Section SIS ID"])
    }

    @Test("records come in dependency order")
    func order() throws {
        #expect(try read().records.map(\.kind) == [.base, .class, .teacher, .pupil, .enrolment, .teaching])
    }

    @Test("groups without a column in the header are neither in the records nor covered")
    func coverage() throws {
        let made = try source(["Student.csv": "ID,School DfE Number,Username\nP1,S1,abyrd\n"])
        #expect(made.source.coverage.groups[.pupil] == [.account, .registration])
        #expect(made.source.coverage.groups[.enrolment] == [.classMembership])
        #expect(try ReadSource(made.source).record(.pupil, "P1")?.groups.map(\.group) == [.registration, .account])
        let users = try source(without: ["Section.csv", "StudentEnrollment.csv", "TeacherRoster.csv"])
        #expect(users.source.coverage.groups[.enrolment] == nil)
        #expect(users.source.coverage.groups[.class] == nil)
    }

    @Test("columns may stand in any order, a byte order mark before them; an unknown one is told once")
    func anyOrder() throws {
        let read = try read([
            "Student.csv": "\u{FEFF}Username,Shoe Size,School SIS ID,SIS ID\nabyrd,3,S1,P1\nx,4,S1,P2\n"
        ])
        #expect(read.records(.pupil).map(\.key) == ["P1", "P2"])
        // The number, not the name: where the header is missing a name is a person's.
        #expect(read.issues.map(\.field) == ["column 2"])
        #expect(read.issues.first?.effect == .noted)
    }

    @Test("a bad optional value is left out and told, the row goes in")
    func optionalValue() throws {
        let read = try read([
            "Student.csv": "SIS ID,School SIS ID,Birthdate,Secondary Email\nP1,S1,31/2/2017,not an address\n"
        ])
        #expect(read.record(.pupil, "P1")?.rows(.basicDetails) == [])
        #expect(read.issues.map(\.field) == ["Secondary Email", "Birthdate"])
        #expect(read.issues.allSatisfy { $0.effect == .noted && $0.line == 2 })
        #expect(read.issues.allSatisfy { $0.kinds == [.pupil] && $0.key == "P1" })
    }

    @Test("a row without a required value, or of another length, is parked; the rest goes in")
    func parked() throws {
        let read = try read(["Student.csv": "SIS ID,School SIS ID\n,S1\nP2,\nP3\nP4,S1,x\nP5,S1\n"])
        #expect(read.records(.pupil).map(\.key) == ["P5"])
        #expect(read.parked.map(\.line) == [2, 3, 4, 5])
        #expect(read.parked.map(\.field) == ["SIS ID", "School SIS ID", "", ""])
        #expect(read.parked.map(\.key) == [nil, "P2", "P3", "P4"], "a parked row is no removal of its key")
    }

    @Test("a DfE number of seven digits is the school's key and its attribute")
    func dfeNumber() throws {
        let read = try read(["School.csv": "DfE Number,Name,Postal Code\n8201079,Larkfield,Z9\n"])
        #expect(
            read.record(.base, "8201079")?.rows(.baseDetails) == [
                ["postcode=Z9", "name=Larkfield", "dfeNumber=8201079"]
            ]
        )
        #expect(read.issues.isEmpty)
    }

    @Test("an order that most dates contradict refuses the set; one odd date is left out by itself")
    func orderContradicted() throws {
        let head = "SIS ID,School SIS ID,Username,First Name,Last Name,Birthdate\n"
        func students(_ dates: [String]) -> [String: String] {
            let rows = dates.enumerated().map { "P\($0.offset + 1),S1,u\($0.offset),A,B,\($0.element)\n" }
            return ["Student.csv": head + rows.joined()]
        }
        let american = students(["3/4/2012", "12/31/2012", "4/25/2012", "5/30/2012"])
        let error = #expect(throws: SourceError.self) { try read(american, order: .dmy) }
        #expect(error?.code == .dateOrder && error?.file == "Student.csv" && error?.line == 3)
        #expect(error?.description.contains("mdy and not dmy") == true)
        #expect(error?.description.contains("2012") == false)
        let one = try read(students(["31/12/2012", "25/4/2012", "4/25/2012", "5/6/2012"]), order: .dmy)
        #expect(one.issues.map(\.line) == [4])
        #expect(one.record(.pupil, "P4")?.rows(.basicDetails)?.first?.contains("birthDate=2012-06-05") == true)
    }

    @Test("slash dates without an order refuse the set, by file, line and field (rulings 33)")
    func orderUnknown() throws {
        let error = #expect(throws: SourceError.self) { try read(order: nil) }
        #expect(error?.code == .dateOrder)
        #expect(error?.file == "Section.csv")
        #expect(error?.line == 2)
        #expect(error?.field == "Term StartDate")
        #expect(error?.description.contains("1/9/2025") == false)
    }

    static let refusals: [([String: String], String, SourceError.Code, String)] = [
        ([:], "Student.csv", .missing, "Student.csv"),
        ([:], "School.csv", .missing, "School.csv"),
        ([:], "StudentEnrollment.csv", .missing, "StudentEnrollment.csv"),
        (["orgs.csv": "sourcedId,name,type\n"], "", .format, ""),
        (["student.csv": "SIS ID,School SIS ID\n"], "", .format, "student.csv"),
        (["Teacher.csv": "SIS ID,Username\n"], "", .header, "Teacher.csv"),
        (["Teacher.csv": "SIS ID,School SIS ID,sis id\n"], "", .header, "Teacher.csv"),
        (["Teacher.csv": "SIS ID,ID,School SIS ID\n"], "", .header, "Teacher.csv"),
        (["Teacher.csv": ""], "", .header, "Teacher.csv"),
    ]

    @Test("a set that lacks a file or a column, or mixes formats, is refused by name", arguments: refusals)
    func refused(changes: [String: String], without: String, code: SourceError.Code, file: String) throws {
        let error = #expect(throws: SourceError.self) { try source(changes, without: [without]) }
        #expect(error?.code == code)
        if !file.isEmpty { #expect(error?.file == file) }
    }

    @Test("a folder that is none, is not there, or holds something else is refused")
    func noFolder() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SourceError(.missing, file: "", "")) { try SDSFolder(path: folder.file("x"), dateOrder: nil) }
        let file = try folder.write("a\n", to: "a.csv")
        #expect(throws: SourceError(.unreadable, file: "", "")) { try SDSFolder(path: file, dateOrder: nil) }
        #expect(throws: SourceError(.format, file: "", "")) { try SDSFolder(path: folder.path, dateOrder: nil) }
    }

    @Test("a file that changed since the folder was looked at is refused, since it is read twice")
    func changed() throws {
        let made = try source()
        try made.folder.write("SIS ID,School SIS ID\nP9,S1\n", to: "Student.csv")
        #expect(throws: SourceError(.changed, file: "", "")) { try ReadSource(made.source) }
    }

    @Test("an unknown file is told and left alone, a header without rows is told")
    func told() throws {
        let read = try read(["Notes.txt": "hello", "Teacher.csv": "SIS ID,School SIS ID\n"])
        #expect(read.issues.map(\.file) == ["Notes.txt", "Teacher.csv"])
        #expect(read.issues.allSatisfy { $0.effect == .noted })
    }
}
