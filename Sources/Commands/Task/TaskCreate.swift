import ArgumentParser
import EventLog
import Projections
import School

/// Defines a task.
struct TaskCreate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Define a task: which schools, to whom, what, of whom, when.",
        discussion: """
            changed_data sends what changed since the last run that went through; snapshot sends everything, each time; \
            attendance sends marks, attainment results. With --format oneroster changed_data makes delta packages and \
            snapshot bulk packages. Each school has its own run, file and cursor. What does not go together is refused, \
            with the reason.

            Example: syncd task create nightly --base 8201001 --base 8201002 --to Council --days daily --at 02:00 \
            --store school
            Example: syncd task create marks --base 8201001 --to Council --type attendance --attendance all-current \
            --months 1 --report attendance --store school
            Example: syncd task create classes --base 8201001 --to Platform --report class-lists --format oneroster \
            --store school
            """
    )

    @Argument(help: "The task's name.")
    var name: String

    @Option(
        name: .customLong("base"),
        help: ArgumentHelp("A school's key; may be given again.", valueName: "key")
    )
    var bases: [String]

    @Option(help: ArgumentHelp("The recipient's name.", valueName: "recipient"))
    var to: String

    @OptionGroup
    var options: TaskOptions

    @Flag(help: "It is saved and does not run yet.")
    var inactive = false

    @OptionGroup
    var acting: ActingOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let recipient = try session.recipient(to)
        let acting = try session.acting(acting)
        let bases = try session.open(try bases.map { try session.base($0) }, acting, self.acting)
        var task = TaskDefinition(
            id: session.draw(),
            name: name,
            bases: bases.map(\.id),
            recipient: recipient.id,
            type: .changedData,
            report: ReportCatalogue.pupilCore.name
        )
        task.terms.owner = acting.side
        task.terms.isActive = !inactive
        try options.apply(to: &task)
        try session.create(task, at: bases, to: recipient, acting)
    }
}

extension Session {
    /// Creates a task and tells what it still needs.
    func create(
        _ task: TaskDefinition,
        at bases: [Base],
        to recipient: Projections.Recipient,
        _ acting: TaskActing
    ) throws {
        let others = try state.read { try $0.tasks() }.compactMap(\.ruled)
        try requirePrerequisites(bases)
        let party = try recipient.ruled().party
        try requireOwnSchool(task, bases, party)
        try carryOut(
            try TaskDefinition.create(task, beside: others, owner: acting.owner, to: party)
        )
        try console.say(.object(try self.task(task.name).members(self)))
        try tellNeeds(of: task, at: bases)
    }

    /// What goes to a school goes to the school that it is about.
    func requireOwnSchool(_ task: TaskDefinition, _ bases: [Base], _ party: TransferParty) throws {
        guard task.terms.direction == .toSchool, let base = bases.first, base.laestab != party.digits else { return }
        throw SchoolError(
            .pairIllegal,
            "the recipient is \(party.digits) and the school \(base.title): data to a school goes to that school alone"
        )
    }

    /// What a task lacks before anything leaves.
    func tellNeeds(of task: TaskDefinition, at bases: [Base]) throws {
        for warning in TaskPairs.warnings(task) { console.remark(warning) }
        if task.terms.waitsForMigration {
            console.remark(
                "\(task.name) is waiting_for_migration: it does not run before its schools are on SIMS Primary."
            )
        }
        for base in bases {
            if base.laestab.isEmpty {
                console.remark("\(base.title) has no DfE number, which files need. \(try laestabHint(base))")
            }
            if try !acceptance(of: task.report, at: base.id).isInForce {
                console.remark(
                    "\(base.title) has not accepted \(task.report): nothing leaves it until its head says "
                        + "`syncd consent accept \(task.report) --base \(base.key)`."
                )
            }
        }
    }
}
