import ArgumentParser

/// Accepts a report.
struct ConsentAccept: ConsentDecision {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Accept reports for a school: from now on their fields may leave.",
        discussion: """
            The head, or the head's proxy, decides; who did, as what, and which list was looked at is written down. \
            Reports that are not named keep their state. All of them are accepted, or none.

            Example: syncd consent accept pupil-core --base 8201001 --store school
            Example: syncd consent accept pupil-core class-lists --base 8201001 --reviewed 3c0e91aa --store school
            """
    )

    @Argument(help: ArgumentHelp("The reports, as `syncd consent reports` lists them.", valueName: "report"))
    var reports: [String]

    @Option(name: .customLong("base"), help: ArgumentHelp("The school's key; may be given again.", valueName: "key"))
    var bases: [String]

    @Option(
        help: ArgumentHelp(
            "The version of the list that you looked at, as `syncd consent settings` shows it; refused when it has changed.",
            valueName: "version"
        )
    )
    var reviewed: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static let word = "accepted"

    func validate() throws { if reports.isEmpty { throw ValidationError("Name at least one report.") } }

    var act: ConsentAct { .accept(reviewed: reviewed) }
}
