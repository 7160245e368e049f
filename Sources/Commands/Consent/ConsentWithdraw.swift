import ArgumentParser

/// Withdraws a report.
struct ConsentWithdraw: ConsentDecision {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Withdraw reports for a school: no more data leaves under them.",
        discussion: """
            The next run tells the recipient that sharing has ended; that is no deletion there.

            Example: syncd consent withdraw pupil-core --base 8201001 --store school
            """
    )

    @Argument(help: ArgumentHelp("The reports, as `syncd consent reports` lists them.", valueName: "report"))
    var reports: [String]

    @Option(name: .customLong("base"), help: ArgumentHelp("The school's key; may be given again.", valueName: "key"))
    var bases: [String]

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static let word = "withdrawn"

    func validate() throws { if reports.isEmpty { throw ValidationError("Name at least one report.") } }

    var act: ConsentAct { .withdraw }
}
