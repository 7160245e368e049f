import ArgumentParser
import School

/// Accepts a report.
struct ConsentAccept: ConsentDecision {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Accept a report for a school: from now on its fields may leave.",
        discussion: """
            The head, or the head's proxy, decides. The operating system's account is written down as who did.

            Example: syncd consent accept pupil-core --base 8201001 --store school
            """
    )

    @Argument(help: "The report, as `syncd consent reports` lists it.")
    var report: String

    @Option(name: .customLong("base"), help: ArgumentHelp("The school's key; may be given again.", valueName: "key"))
    var bases: [String]

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static let word = "accepted"

    static func decide(_ report: Report, _ acceptance: ReportAcceptance, by accepter: Accepter) throws -> Decision {
        try AcceptanceRules.accept(report, acceptance, by: accepter)
    }
}
