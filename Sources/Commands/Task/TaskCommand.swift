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
        subcommands: [
            TaskCreate.self, TaskClone.self, TaskEdit.self, TaskDelete.self, TaskLock.self, TaskList.self,
            TaskShow.self, TaskChoices.self, TaskLogCommand.self, TaskRunCommand.self, TaskCancel.self,
            TaskBlackout.self,
        ]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

extension TransferTask {
    /// The format's word, as it was recorded or meant.
    var formatWord: String { TransferFormat(recorded: format)?.rawValue ?? format }

    /// The task for machines.
    func members(_ session: Session) throws -> [JSON.Member] {
        let keys = try session.baseKeys()
        let to = try session.state.read { try $0.recipient(recipient) }?.name
        var members: [JSON.Member] = [
            .init(name: "name", value: .string(name)), .init(name: "id", value: .string(id.hex)),
            .init(name: "type", value: .string(type)), .init(name: "report", value: .string(report)),
            .init(name: "format", value: .string(formatWord)),
            .init(name: "recipient", value: JSON(to)),
            .init(name: "bases", value: .array(bases.map { JSON(keys[$0]) })),
            .init(name: "locked", value: .bool(isLocked)),
        ]
        guard let terms = ruled?.terms else { return members }
        members += [
            .init(name: "attendance", value: JSON(terms.attendance?.rawValue)),
            .init(name: "cohort", value: .string(session.words(of: terms.cohort))),
            .init(name: "months", value: terms.months.map { JSON($0) } ?? .null),
            .init(name: "direction", value: .string(terms.direction.rawValue)),
            .init(name: "dataFlow", value: .string(terms.direction.title)),
            .init(name: "schedule", value: JSON(terms.schedule?.description)),
            .init(name: "owner", value: .string(terms.owner.rawValue)),
            .init(name: "state", value: .string(terms.state.rawValue)),
            .init(name: "active", value: .bool(terms.isActive)),
        ]
        return members
    }
}

extension TaskDefinition {
    /// What it sends, of whom, in a few words.
    var content: String {
        var words = type.rawValue
        if let scope = terms.attendance { words += " \(scope.rawValue)" }
        if let months = terms.months { words += ", \(Counts.of(months, "month"))" }
        return words
    }

    /// When it runs by itself.
    var timing: String {
        if terms.state != .active { return terms.state.rawValue }
        return terms.schedule?.description ?? "by hand"
    }
}
