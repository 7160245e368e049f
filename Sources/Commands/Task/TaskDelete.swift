import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Deletes tasks.
struct TaskDelete: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete tasks: they never run again; what they sent stays in the log.",
        discussion: "Example: syncd task delete full --store school"
    )

    @Argument(help: "The tasks' names.")
    var names: [String]

    @OptionGroup
    var acting: ActingOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let acting = try session.acting(acting)
        for name in names {
            do {
                try session.carryOut(try TaskRules.delete(try session.standing(name), by: acting))
            } catch let error as SchoolError where error.code == .lockedDown && self.acting.partial {
                session.console.remark("Left out: \(error.message).")
                continue
            }
            try session.console.say(["task": .string(name), "deleted": true])
        }
    }
}

/// Locks tasks down to school use only.
struct TaskLock: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Lock tasks down to school use only, or open them to the authority again.",
        discussion: """
            The authority then cannot clone, edit, run or delete them, nor create tasks for a school that is locked. \
            Their schedules go on. The school alone locks and opens.

            Example: syncd task lock nightly --store school
            Example: syncd task lock --base 8201001 --store school
            Example: syncd task lock --base 8201001 --open --store school
            """
    )

    @Argument(help: "The tasks' names.")
    var names: [String] = []

    @Option(name: .customLong("base"), help: ArgumentHelp("All tasks of this school.", valueName: "key"))
    var bases: [String] = []

    @Flag(name: .customLong("open"), help: "Open them again.")
    var opens = false

    @OptionGroup
    var acting: ActingOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if names.isEmpty, bases.isEmpty { throw ValidationError("Name tasks, or schools with --base.") }
    }

    func run(in session: Session) throws {
        for name in names {
            let decision = try TaskRules.lock(try session.standing(name), !opens, by: try session.acting(acting))
            try session.carryOut(decision)
            try session.console.say(["task": .string(name), "locked": .bool(!opens)])
        }
        for key in bases {
            let base = try session.base(key)
            let decision = try TaskRules.lock(allOf: base.id, !opens, by: try session.acting(acting))
            try session.carryOut(decision, of: base.title)
            try session.console.say(["base": .string(base.key), "locked": .bool(!opens)])
        }
    }
}
