import ArgumentParser
import Projections
import School

/// Lists the reports, and where each school stands.
struct ConsentReports: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "reports",
        abstract: "List the reports, what each lets out, and what each school has accepted.",
        discussion: """
            Example: syncd consent reports --base 8201001 --store school
            Example: syncd consent reports --base 8201001 --as-of 03/03/2024 --store school
            """
    )

    @Option(help: ArgumentHelp("Only this school.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let point = try asOf.map(session.point)
        let bases = try base.map { [try session.base($0)] } ?? session.bases()
        if let point { try session.console.say(point.sentence) }
        for (place, name) in ReportCatalogue.names.enumerated() {
            let report = try ReportCatalogue.newest(name)
            let states = try session.read(asOf: point, [Acceptances()]) { snapshot in
                try bases.map { base in
                    let known = try snapshot.acceptance(of: name, at: base.id)
                    let acceptance = ReportAcceptance(
                        base: base.id,
                        report: name,
                        version: Int(known.version),
                        isInForce: known.state == .accepted,
                        hasLapsed: known.state == .lapsed,
                        position: known.position
                    )
                    return (base, acceptance)
                }
            }
            try session.console.say([
                "report": .string(report.name), "version": JSON(report.version), "purpose": .string(report.purpose),
                "lawfulBasis": .string(report.lawfulBasis), "recipientRole": .string(report.role.rawValue),
                "agreements": .string(report.agreements), "statutoryDuty": JSON(report.statutoryDuty),
                "retention": .string(report.retention),
                "fields": .object(
                    report.grants.map { grant in
                        JSON.Member(name: grant.group.name, value: .array(grant.names.map(JSON.string)))
                    }
                ),
                "bases": .array(
                    states.map { base, acceptance in
                        ["base": .string(base.key), "state": .string(acceptance.word)]
                    }
                ),
            ])
            try session.console.say((place > 0 ? "\n" : "") + text(report))
            var table = TextTable("Base", "Name", "State")
            for (base, acceptance) in states { table.add(base.key, base.name.orDash, acceptance.word) }
            if !table.isEmpty { try session.console.say("\n" + table.text) }
        }
    }

    private func text(_ report: Report) -> String {
        var lines = [
            "\(report.name), version \(report.version)",
            "  Purpose        \(report.purpose)",
            "  Lawful basis   \(report.lawfulBasis)",
            "  The recipient  acts as \(report.role.rawValue)",
            "  Agreements     \(report.agreements)",
            "  Kept           \(report.retention)",
            "  Lets out",
        ]
        for grant in report.grants {
            let wrapped = Wrapping.lines(grant.names, separator: ", ", width: 80)
            for (index, line) in wrapped.enumerated() {
                lines.append("    \((index == 0 ? grant.group.name : "").padding(15))  \(line)")
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension Report.Grant {
    /// The names of its fields, in the order of their numbers.
    var names: [String] { fields.sorted { $0.rawValue < $1.rawValue }.map(\.name) }
}
