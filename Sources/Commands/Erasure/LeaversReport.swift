import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows what the attendance of leavers counts as: with their names as long as they are held, and without afterwards.
struct LeaversReport: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show the attendance figures of leavers by school year; XXXX stands for who was erased.",
        discussion: """
            A rule of the school (`syncd retention rule … --action anonymise`) says whether figures stay when the data go. \
            Of who was erased nothing else is known here. This opens personal data of the others: who asked, and why, is \
            written in the log.

            Example: syncd leavers report --base 8201001 --year 2023 --reason "Absence return" --store school
            """
    )

    @Option(help: ArgumentHelp("The school.", valueName: "key"))
    var base: String

    @Option(help: ArgumentHelp("Only the school year that starts in this year.", valueName: "year"))
    var year: Int?

    @Option(help: "Why you look; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    static var onlyReads: Bool { true }

    /// A leaver's figures of one school year.
    private struct Line {
        var name = KeptFigures.mask
        var upn = KeptFigures.mask
        var left = KeptFigures.mask
        var figures: YearFigures
    }

    func run(in session: Session) throws {
        let base = try session.base(base)
        let ids = try LeaversDelete.left(base.id, before: nil, in: session)
        let leavers = try session.state.read { snapshot in try ids.compactMap { try snapshot.entity($0) } }
        try session.recordReading("leavers report", of: leavers.map(\.id), reason: reason)
        var lines = try held(leavers, at: base.id, session)
        let kept = try session.state.read { try $0.keptFigures(at: base.id) }
        lines += kept.joined().map { Line(figures: $0) }
        lines = lines.filter { (year ?? $0.figures.year.start) == $0.figures.year.start }
        try tell(lines.sorted { ($0.figures.year, $0.name, $0.upn) < ($1.figures.year, $1.name, $1.upn) }, session)
    }

    /// The figures of those who are held.
    ///
    /// Whoever's whereabouts are kept back from who asks counts without a name: a name would say that the child was here.
    private func held(_ leavers: [Entity], at base: BaseID, _ session: Session) throws -> [Line] {
        let figures = try PupilFigures.read(leavers, in: session)
        let withholding = Withholding(session)
        let hidden: Set<SubjectID> =
            session.seesRestricted(at: base)
            ? [] : Set(try leavers.map(\.id).filter { try withholding.protection(of: $0).isRestricted })
        return try session.state.read { snapshot in
            try leavers.flatMap { leaver -> [Line] in
                if hidden.contains(leaver.id) { return (figures[leaver.id] ?? []).map { Line(figures: $0) } }
                let basics = try snapshot.group(.basicDetails, of: leaver.id)?.content?.rows.first
                let spell = try snapshot.group(.registration, of: leaver.id)?.content?.rows.last
                let names = [basics?[.surname], basics?[.forename]].compactMap { $0 }
                return (figures[leaver.id] ?? []).map { year in
                    Line(
                        name: names.joined(separator: " "),
                        upn: basics?[.upn] ?? "",
                        left: spell?[.leavingDate].map(LondonTime.date) ?? "",
                        figures: year
                    )
                }
            }
        }
    }

    private func tell(_ lines: [Line], _ session: Session) throws {
        var table = TextTable(
            "Name",
            "UPN",
            "Left",
            "Year",
            "#Possible",
            "#Attended",
            "#Authorised",
            "#Unauthorised",
            "#Unexplained"
        )
        var sum = AttendanceTotals([])
        for line in lines {
            sum += line.figures.totals
            let start = line.figures.year.start
            try session.console.say(
                .object(
                    [
                        .init(name: "name", value: .string(line.name)), .init(name: "upn", value: .string(line.upn)),
                        .init(name: "left", value: .string(line.left)), .init(name: "year", value: JSON(start)),
                    ] + line.figures.totals.members
                )
            )
            table.add(
                [line.name.orDash, line.upn.orDash, line.left.orDash, "\(start)/\(start + 1)"],
                line.figures.totals
            )
        }
        try session.console.say(.object([.init(name: "sum", value: .object(sum.members))]))
        table.add(["Sum", "", "", ""], sum)
        try session.console.say(lines.isEmpty ? "No leaver has attendance marks here." : table.text)
    }
}

extension TextTable {
    /// Adds a line of figures.
    fileprivate mutating func add(_ first: [String], _ totals: AttendanceTotals) {
        let figures = [totals.possible, totals.attended, totals.authorised, totals.unauthorised, totals.unexplained]
        add(first + figures.map(Counts.grouped))
    }
}
