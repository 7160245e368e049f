import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Changes tasks.
struct TaskEdit: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change tasks: what they send, of which schools, when, whose they are, whether they run.",
        discussion: """
            What is not given stays, and so do the cursors. Every change is kept: `syncd task show NAME --history`.

            Example: syncd task edit nightly --days mon,tue,wed,thu,fri --at 01:30,13:00 --store school
            Example: syncd task edit nightly full --inactive --store school
            Example: syncd task edit nightly --add-base 8201003 --owner authority --store school
            """
    )

    @Argument(help: "The tasks' names.")
    var names: [String]

    @Option(help: ArgumentHelp("Another name; for one task.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("Another recipient's name.", valueName: "recipient"))
    var to: String?

    @Option(help: ArgumentHelp("A school that joins; may be given again.", valueName: "key"))
    var addBase: [String] = []

    @Option(help: ArgumentHelp("A school that leaves; may be given again.", valueName: "key"))
    var removeBase: [String] = []

    @Flag(help: "It runs again, or no more.")
    var activity: Activity?

    @OptionGroup
    var options: TaskOptions

    @OptionGroup
    var acting: ActingOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    /// Whether tasks run.
    enum Activity: EnumerableFlag {
        case active, inactive
    }

    func validate() throws {
        if names.isEmpty { throw ValidationError("Name at least one task.") }
        if name != nil, names.count > 1 { throw ValidationError("--name is for one task.") }
    }

    func run(in session: Session) throws {
        let acting = try session.acting(acting)
        let added = try session.open(try addBase.map { try session.base($0) }, acting, self.acting)
        let removed = try Set(removeBase.map { try session.base($0).id })
        for name in names {
            let standing = try session.standing(name)
            var task = standing.task
            if let newName = self.name { task.name = newName }
            if let to { task.recipient = try session.recipient(to).id }
            task.bases.removeAll { removed.contains($0) }
            task.bases += added.map(\.id).filter { !task.bases.contains($0) }
            if let activity { task.terms.isActive = activity == .active }
            try options.apply(to: &task)
            try edit(standing, to: task, acting, session)
        }
    }

    private func edit(_ standing: TaskStanding, to task: TaskDefinition, _ acting: TaskActing, _ session: Session)
        throws
    {
        let (others, recipient) = try session.state.read { snapshot in
            (try snapshot.tasks().compactMap(\.ruled), try snapshot.recipient(task.recipient))
        }
        guard let recipient else {
            throw CommandError(.recipientUnknown, "The task's recipient is not there. See `syncd recipient list`.")
        }
        let bases = try task.bases.compactMap { try session.base($0) }
        try session.requirePrerequisites(bases)
        let party = try recipient.ruled().party
        try session.requireOwnSchool(task, bases, party)
        let decision = try TaskRules.edit(standing, to: task, beside: others, to: party, by: acting)
        try session.carryOut(decision)
        try session.console.say(.object(try session.task(task.name).members(session)))
        let isNew = task.report != standing.task.report || task.bases != standing.task.bases
        if isNew || task.terms != standing.task.terms { try session.tellNeeds(of: task, at: bases) }
    }
}

/// Makes a task like another.
struct TaskClone: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "clone",
        abstract: "Define a task like another one, with what is given in place of what that one has.",
        discussion: """
            The new task has cursors of its own: its first run sends everything that the recipient does not have.

            Example: syncd task clone nightly weekly --days sun --at 03:00 --type snapshot --store school
            """
    )

    @Argument(help: "The task to take after.")
    var original: String

    @Argument(help: "The new task's name.")
    var name: String

    @Option(name: .customLong("base"), help: ArgumentHelp("A school in place of its schools.", valueName: "key"))
    var bases: [String] = []

    @Option(help: ArgumentHelp("Another recipient's name.", valueName: "recipient"))
    var to: String?

    @OptionGroup
    var options: TaskOptions

    @OptionGroup
    var acting: ActingOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let acting = try session.acting(acting)
        let standing = try session.standing(original)
        if !self.acting.partial { try TaskRules.mayAct(acting, on: standing) }
        var task = standing.task
        (task.id, task.name, task.terms.owner) = (session.draw(), name, acting.side)
        let chosen = try bases.isEmpty ? task.bases.compactMap(session.base) : bases.map { try session.base($0) }
        let open = try session.open(chosen, acting, self.acting)
        task.bases = open.map(\.id)
        let recipients = try session.state.read { try $0.recipients() }
        let recipient = try to.map(session.recipient) ?? recipients.first { $0.id == task.recipient }
        guard let recipient else {
            throw CommandError(.recipientUnknown, "The task's recipient is not there. See `syncd recipient list`.")
        }
        task.recipient = recipient.id
        try options.apply(to: &task)
        try session.create(task, at: open, to: recipient, acting)
    }
}
