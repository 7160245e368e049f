import ArgumentParser
import EventLog
import Identifiers
import Projections
import School
import Transfer

/// Shows the marks of one pupil, year by year.
struct PupilAttendance: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "attendance",
        abstract: "Show a pupil's attendance: the string of each school year, and what its sessions count as.",
        discussion: """
            Two characters a day, morning and afternoon, from the first mark of the year on: `-` is no mark. \
            Unexplained are N, and sessions that the calendar has open and that have no mark. This opens personal \
            data: who asked, and why, is written in the log.

            Example: syncd pupil attendance A123456789012 --reason "Meeting with a parent" --store school
            """
    )

    @Argument(help: "The pupil's UPN, MIS key or id.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @Option(help: "Why you look; written in the log.")
    var reason: String

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let found = try SubjectSearch(session: session, base: try base.map { try session.base($0).id }).one(subject)
        try session.recordReading("pupil attendance", of: [found.id], reason: reason)
        try session.showing(asOf: moment.asOf) { try show(found, in: session) }
    }

    private func show(_ found: Entity, in session: Session) throws {
        try session.requireShown(found)
        let withholding = Withholding(session)
        let keys = try session.baseKeys().mapValues { try withholding.base($0, of: found.id) ?? "-" }
        let today = CalendarDate(iso: LondonTime.day(session.shownNow)) ?? .latest
        var table = TextTable(
            "Base",
            "Year",
            "From",
            "#Possible",
            "#Attended",
            "#Authorised",
            "#Unauthorised",
            "#Unexplained",
            "Marks"
        )
        let registers = try session.transferStates.read(reaching: session.shownEnd) { state in
            try keys.keys.map { base in
                (base: base, marks: try state.marks(of: found.id, at: base), open: try state.openSessions(at: base))
            }
        }
        for register in registers.sorted(by: { (keys[$0.base] ?? "") < (keys[$1.base] ?? "") }) {
            let marks = register.marks.compactMap { AttendanceString.Mark($0) }
            let years = Dictionary(grouping: marks) { AcademicYear(of: $0.date) }
            for (year, marks) in years.sorted(by: { $0.key < $1.key }) {
                guard let string = AttendanceString(marks), let last = marks.map(\.date).max() else { continue }
                // Before the first mark and after today nobody expects one.
                let expected = register.open.filter {
                    ($0.date >= string.start) && $0.date <= min(max(last, today), year.last)
                }
                let totals = AttendanceTotals(marks, open: expected)
                try session.console.say([
                    "base": JSON(keys[register.base]), "year": JSON(year.start),
                    "start": .string(string.start.description),
                    "possible": JSON(totals.possible), "attended": JSON(totals.attended),
                    "authorised": JSON(totals.authorised), "unauthorised": JSON(totals.unauthorised),
                    "unexplained": JSON(totals.unexplained), "marks": .string(string.text),
                ])
                table.add(
                    keys[register.base] ?? "-",
                    "\(year.start)/\(year.start + 1)",
                    LondonTime.date(string.start.description),
                    String(totals.possible),
                    String(totals.attended),
                    String(totals.authorised),
                    String(totals.unauthorised),
                    String(totals.unexplained),
                    string.text
                )
            }
        }
        try session.console.say(table.isEmpty ? "No marks are held of this pupil." : table.text)
    }
}
