import ArgumentParser
import EventLog
import Projections

/// Rebuilds projections.
struct ProjectionsRebuild: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make projections again from the log, and put them in place when they are shown to be right.",
        discussion: """
            The new ones are filled beside the present ones, which go on meanwhile, and take their place at once when \
            every row is the same. Otherwise nothing is put in place: --review tells what differs, --accept puts it in \
            place all the same, as is due when a new version of syncd makes other rows. Cut off, the same command goes \
            on where it was.

            Example: syncd projections rebuild --all --store school
            Example: syncd projections rebuild entities --review --store school
            Example: syncd projections rebuild --accept --store school
            """
    )

    @Argument(help: ArgumentHelp("The projections; all when none is named.", valueName: "name"))
    var names: [String] = []

    @Flag(help: "All projections.")
    var all = false

    @Flag(help: "Tell what differs, and put nothing in place.")
    var review = false

    @Flag(help: "Put it in place although it differs: somebody has looked at --review.")
    var accept = false

    @Flag(help: "With --review, tell whose rows differ; needs --reason, and is written down.")
    var open = false

    @Option(help: "Why it is opened.")
    var reason: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if all && !names.isEmpty { throw ValidationError("Either --all or names.") }
        if review && accept { throw ValidationError("Either --review or --accept.") }
        if open && !review { throw ValidationError("--open goes with --review.") }
        if open && (reason ?? "").allSatisfy(\.isWhitespace) {
            throw ValidationError("--open needs --reason with the reason in words.")
        }
        if reason != nil && !open { throw ValidationError("--reason goes with --open.") }
    }

    func run(in session: Session) throws {
        if open { try session.require("projections rebuild --open") }
        if open { try session.recordReading("projections rebuild", reason: reason ?? "") }
        var people = DifferencesByPerson()
        let rebuild = try session.state.rebuild(
            wanted(session),
            publishing: review ? .never : accept ? .accepted : .whenEqual,
            inspect: open ? { people.add($0) } : nil
        )
        session.console.endProgress()
        let report = RebuildReport(rebuild, people: open ? people : nil)
        try session.console.say(report.json)
        for text in report.texts(isReview: review) { try session.console.say(text) }
        guard review || rebuild.isPublished else {
            throw CommandError(
                .stateDiffers,
                "What was rebuilt differs from what is in place, which stays. \(report.summary) See what differs with "
                    + "`syncd projections rebuild --review`; if the rebuilt one is right, `syncd projections rebuild "
                    + "--accept` puts it in place."
            )
        }
    }

    /// What is named; all when asked for or when nothing else is; nil for what lies there to be reviewed or accepted.
    private func wanted(_ session: Session) -> [String]? {
        if !names.isEmpty { return names }
        return all ? session.state.projectionNames : nil
    }
}
