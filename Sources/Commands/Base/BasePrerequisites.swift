import ArgumentParser
import Projections
import School

/// What transfers from a school need of its programs.
struct BasePrerequisites: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "prerequisites",
        abstract: "Show or record what transfers from a school need of the programs there.",
        discussion: """
            What is not recorded passes. What is recorded and not enough keeps tasks from being created and changed, \
            with the reason.

            Example: syncd base prerequisites 8201001 --store school
            Example: syncd base prerequisites 8201001 --set sims=7.220 --set services-manager=yes --store school
            """
    )

    @Argument(help: "The school's key.")
    var key: String

    @Option(help: ArgumentHelp("Record one; may be given again.", valueName: "name=value"))
    var set: [String] = []

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        for pair in set where !pair.contains("=") { throw ValidationError("\(pair) is not of the form name=value.") }
    }

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let base = try session.base(key)
        for pair in set {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let known = try session.state.read { try $0.prerequisites(of: base.id) }
            let decision = try Prerequisite.record(halves[0], halves[1], at: base.id, known: known)
            try session.carryOut(decision, of: base.title)
        }
        let known = try session.state.read { try $0.prerequisites(of: base.id) }
        try session.console.say(
            .array(
                Prerequisite.all.map { one in
                    [
                        "name": .string(one.name), "needs": .string(one.title), "recorded": JSON(known[one.name]),
                        "met": .bool(one.isMet(by: known[one.name])), "source": .string(one.source),
                    ]
                }
            )
        )
        var table = TextTable("Name", "Needs", "Recorded", "Met")
        for one in Prerequisite.all {
            table.add(one.name, one.title, known[one.name] ?? "-", one.isMet(by: known[one.name]) ? "yes" : "no")
        }
        try session.console.say(table.text)
    }
}
