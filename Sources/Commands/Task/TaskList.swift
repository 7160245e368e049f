import ArgumentParser
import Projections

/// Lists the tasks.
struct TaskList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tasks.",
        discussion: "Example: syncd task list --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let tasks = try session.state.read { try $0.tasks() }
        try session.console.say(.array(try tasks.map { .object(try $0.members(session)) }))
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
