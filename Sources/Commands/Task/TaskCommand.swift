import ArgumentParser
import Identifiers
import Projections
import School

/// Transfers that are run again and again.
struct TaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Define, run and follow transfers to a recipient.",
        discussion: """
            A task sends what the heads of its schools have accepted. Each school has its own run, file and cursor.

            Example: syncd task run nightly --store school
            """,
        subcommands: [TaskCreate.self, TaskList.self, TaskShow.self, TaskLogCommand.self, TaskRunCommand.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

extension TransferTask {
    /// The task as the rules know it; nil for a type or format of a newer version.
    var ruled: TaskDefinition? {
        guard let type = TaskDefinition.DataType(rawValue: type), let format = TransferFormat(recorded: format) else {
            return nil
        }
        return TaskDefinition(
            id: id,
            name: name,
            bases: bases,
            recipient: recipient,
            type: type,
            report: report,
            format: format
        )
    }

    /// The format's word, as it was recorded or meant.
    var formatWord: String { TransferFormat(recorded: format)?.rawValue ?? format }

    /// The task for machines.
    func members(_ session: Session) throws -> [JSON.Member] {
        let keys = try session.baseKeys()
        let to = try session.state.read { try $0.recipient(recipient) }?.name
        return [
            .init(name: "name", value: .string(name)), .init(name: "id", value: .string(id.hex)),
            .init(name: "type", value: .string(type)), .init(name: "report", value: .string(report)),
            .init(name: "format", value: .string(formatWord)),
            .init(name: "recipient", value: JSON(to)),
            .init(name: "bases", value: .array(bases.map { JSON(keys[$0]) })),
        ]
    }
}
