import ArgumentParser
import Projections

/// Lists the tasks.
struct TaskList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tasks.",
        discussion: """
            Example: syncd task list --store school
            Example: syncd task list --as-of 03/03/2024 --store school
            """
    )

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let point = try asOf.map(session.point)
        // A task keeps what it was defined as.
        let tasks = try session.tasks().filter { task in
            point.map { task.createdAt <= $0.position } ?? true
        }
        try session.console.say(.array(try tasks.map { .object(try $0.members(session)) }))
        if let point { try session.console.say(point.sentence) }
        guard !tasks.isEmpty else {
            return try session.console.say("There is no task yet. Define one with `syncd task create NAME`.")
        }
        let keys = try session.baseKeys()
        var table = TextTable("Task", "Sends", "Report", "Format", "To", "Schools")
        for task in tasks {
            let to = try session.state.read { try $0.recipient(task.recipient) }?.name
            table.add(
                task.name,
                task.type,
                task.report,
                task.formatWord,
                to ?? "-",
                task.bases.map { keys[$0] ?? "-" }.joined(separator: ", ")
            )
        }
        try session.console.say(table.text)
    }
}
