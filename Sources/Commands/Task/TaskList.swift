import ArgumentParser
import EventLog
import Identifiers
import Projections
import School
import Transfer

/// Lists the tasks.
struct TaskList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tasks: what they send, of whom, when, for how many schools.",
        discussion: """
            --by-base lists each school with a row for each of its tasks, and how many of them the school's agent has \
            collected (Queued) and has not collected yet since they were saved (Pending).

            A padlock (*) stands before a task that is locked down to school use only, itself or at one of its schools.

            Example: syncd task list --store school
            Example: syncd task list --base 8201001 --store school
            Example: syncd task list --search elm --store school
            Example: syncd task list --by-base --store school
            Example: syncd task list --as-of 03/03/2024 --store school
            """
    )

    @Option(help: ArgumentHelp("Only tasks of this school.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("Only tasks with this in their name, or in that of a school.", valueName: "text"))
    var search: String?

    @Option(help: ArgumentHelp("As known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @Flag(help: "A row for each school and task, and what the school's agent has collected.")
    var byBase = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if byBase, asOf != nil { throw ValidationError("--by-base tells what is now: leave --as-of out.") }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let point = try asOf.map(session.point)
        let wanted = try base.map { try session.base($0).id }
        let bases = Dictionary(uniqueKeysWithValues: try session.bases().map { ($0.id, $0) })
        let (known, locked) = try session.tasks(asOf: point?.position)
        let tasks = session.withinReach(known).filter { task in
            if let wanted, !task.bases.contains(wanted) { return false }
            guard let search = search?.lowercased() else { return true }
            let names = [task.name] + task.bases.compactMap { bases[$0]?.title }
            return names.contains { $0.lowercased().contains(search) }
        }
        if byBase {
            let listed = bases.values.filter { base in
                wanted.map { $0 == base.id } ?? (search == nil || tasks.contains { $0.bases.contains(base.id) })
            }
            return try TasksByBase(of: listed, tasks, locked, in: session).tell(session.console)
        }
        try session.console.say(.array(try tasks.map { .object(try $0.members(session)) }))
        if let point { try session.console.say(point.sentence) }
        guard !tasks.isEmpty else {
            return try session.console.say("There is no task yet. Define one with `syncd task create NAME`.")
        }
        var table = TextTable(
            "Task",
            "Data flow",
            "Sends",
            "Cohort",
            "Report",
            "Format",
            "To",
            "When",
            "Owner",
            "Schools"
        )
        for task in tasks {
            let to = try session.state.read { try $0.recipient(task.recipient) }?.name
            let ruled = task.ruled
            table.add(
                (task.isLocked || !locked.isDisjoint(with: task.bases) ? "*" : "") + task.name,
                ruled?.terms.direction.title ?? "-",
                ruled?.content ?? task.type,
                ruled.map { session.words(of: $0.terms.cohort) } ?? "-",
                task.report,
                task.formatWord,
                to ?? "-",
                ruled?.timing ?? "-",
                ruled?.terms.owner.rawValue ?? "-",
                schools(of: task, bases)
            )
        }
        try session.console.say(table.text)
        let count = Set(tasks.flatMap(\.bases)).count
        try session.console.say("Task Count: \(Counts.grouped(tasks.count)), \(Counts.of(count, "Base"))")
    }

    private func schools(of task: TransferTask, _ bases: [BaseID: Base]) -> String {
        let keys = task.bases.map { bases[$0]?.key ?? "-" }
        return keys.count <= 3 ? keys.joined(separator: ", ") : "\(keys[0]), \(keys[1]) and \(keys.count - 2) more"
    }
}

extension Session {
    /// The task of a name, as it was at a point; as it is for nil.
    ///
    /// - Throws: `taskUnknown`.
    func task(_ name: String, asOf point: PastPoint?) throws -> TransferTask {
        guard let point else { return try task(name) }
        if let task = try tasks(asOf: point.position).tasks.first(where: { $0.name == name }) { return task }
        throw CommandError(
            .taskUnknown,
            "There was no task \(name) then. `syncd task list --as-of` shows which there were."
        )
    }

    /// The tasks within reach, and the bases that are locked down, as they were at a position; as they are now for nil.
    func tasks(asOf position: Position?) throws -> (tasks: [TransferTask], locked: Set<BaseID>) {
        guard let position else { return (try tasks(), try state.read { try $0.lockedBases() }) }
        let (all, locked) = try transferStates.withState(asOf: position, projections: [Tasks(), TaskSettings()]) {
            past in
            try past.read { (try $0.tasks(), try $0.lockedBases()) }
        }
        return (withinReach(all), locked)
    }
}
