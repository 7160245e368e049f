import School

/// A file of the format: its columns, the rules of its rows, how rows make records.
struct SyncdCSVArea: Sendable {
    /// How rows make records.
    enum Shape: Sendable {
        /// Each row is a thing.
        case things
        /// Neighbouring rows with one key are one group, whose rows stand in this order.
        case runs(order: @Sendable (FieldRow) -> [String])
    }

    /// A rule over several columns of a row.
    struct Rule: Sendable {
        /// The columns that it looks at, and no others.
        let columns: [String]
        /// It holds when all of these are empty.
        let emptied: [String]
        /// It holds when any of these is filled.
        var filled: [String] = []
        /// What breaks it; nil when it holds.
        let check: @Sendable (NamedRow) -> RowFault?
    }

    let name: String
    let table: Table
    var rules: [Rule] = []
    var shape = Shape.things
    /// A column whose value may stand once in a run.
    var uniqueInRun: String?

    /// True when its rows tell a group of a pupil who has a row in `pupils.csv`.
    var isPart: Bool { table.kind == .pupil && name != "pupils" }

    init(
        _ name: String,
        _ kind: EntityKind,
        _ columns: [Column],
        rules: [Rule] = [],
        shape: Shape = .things,
        uniqueInRun: String? = nil
    ) {
        self.name = name
        table = Table(file: name + ".csv", kind: kind, columns: columns, unknownColumns: .refused)
        self.rules = rules
        self.shape = shape
        self.uniqueInRun = uniqueInRun
    }

    /// All areas in the order in which they are read, so that what is pointed at comes first.
    static func all(producedOn: CalendarDate) -> [SyncdCSVArea] {
        [
            bases, terms, classes, staff, contacts, pupils(producedOn: producedOn), registrations, addresses,
            characteristics, sen, fsm, lookedAfter, protection, results, pupilContacts, classMemberships, classStaff,
            calendar, attendanceMarks,
        ]
    }

    static let deletions = "deletions"
    static let names = all(producedOn: .latest).map(\.name) + [deletions]
    /// They tell a window of time, or what was taken away: what is missing from them means nothing.
    static let alwaysDelta = ["attendance-marks", "calendar", deletions]
    /// Files of a pupil's groups, which say something of pupils that are in `pupils.csv` only.
    static let pupilGroups = [
        "registrations", "addresses", "characteristics", "sen", "fsm", "looked-after", "protection", "results",
        "pupil-contacts",
    ]

    /// What a school office is told of an area that the account might not read, and what opens it (S3-102 to S3-114).
    static func denial(of area: String) -> String {
        switch area {
        case "contacts", "addresses": "MemberContacts could not be read from SIMS" + grant("Admissions officer")
        case "staff": "Members could not be read from SIMS" + grant("Personnel officer")
        case "classes", "class-memberships", "class-staff":
            "Class and teaching groups could not be read from SIMS" + grant("Pastoral manager or Class teacher")
        case "attendance-marks":
            "AttendanceSummaries could not be read from SIMS" + grant("Attendance operator or Attendance manager")
        case "terms", "calendar": "Timetables could not be read from SIMS" + grant("Third party reporter")
        case "bases", deletions:
            "the area could not be read from SIMS: ask the SIMS system manager to let the account read it"
        default: "Members could not be read from SIMS" + grant("Admissions officer")
        }
    }

    private static func grant(_ group: String) -> String {
        ": give the account the permission group \(group) in SIMS"
    }
}

/// A row whose values can be asked for by the name of the column.
struct NamedRow {
    let row: TableRow
    let places: [String: Int]

    /// The value; empty when the file or the row has none.
    subscript(name: String) -> String {
        places[name].map { row.values[$0] } ?? ""
    }

    /// True when the row has a value there, whether it was left out or not.
    func isFilled(_ name: String) -> Bool {
        places[name].map { !row.values[$0].isEmpty || row.dropped.contains($0) } ?? false
    }

    /// The day in a column that holds dates.
    func date(_ name: String) -> CalendarDate? { CalendarDate(iso: self[name]) }
}

/// A rule over several columns that a row breaks.
struct RowFault {
    var column: String
    var reason: String
    /// The row waits; otherwise it goes in and the fault is told.
    var parks = true
    /// The rule that was broken.
    var rule = IssueRule.valuesDisagree
    /// The value that broke it.
    var value: String?
}
