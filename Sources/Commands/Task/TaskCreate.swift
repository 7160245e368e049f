import ArgumentParser
import EventLog
import Projections
import School

/// Defines a task.
struct TaskCreate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Define a task: which schools, to whom, what.",
        discussion: """
            changed_data sends what changed since the last run that went through; snapshot sends everything, each time. \
            With --format oneroster the first makes delta packages, the second bulk packages.

            Example: syncd task create nightly --base 8201001 --base 8201002 --to Council --store school
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

    @Option(help: "What a run sends: changed_data or snapshot.")
    var type = TaskDefinition.DataType.changedData

    @Option(help: "The report that the head must have accepted.")
    var report = ReportCatalogue.pupilCore.name

    @Option(help: "What its files are: ces, a Common Transfer File, or oneroster, a OneRoster CSV 1.2 package.")
    var format = TransferFormat.ces

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let recipient = try session.recipient(to)
        let bases = try bases.map { try session.base($0) }
        let others = try session.state.read { try $0.tasks() }.compactMap(\.ruled)
        let task = TaskDefinition(
            id: session.draw(),
            name: name,
            bases: bases.map(\.id),
            recipient: recipient.id,
            type: type,
            report: report,
            format: format
        )
        try session.carryOut(try TaskDefinition.create(task, beside: others, owner: session.log.owner))
        try session.console.say(.object(try session.task(name).members(session)))
        for base in bases {
            if base.laestab.isEmpty {
                session.console.remark(
                    "\(base.title) has no DfE number, which files need. \(try session.laestabHint(base))"
                )
            }
            if try !session.acceptance(of: report, at: base.id).isInForce {
                session.console.remark(
                    "\(base.title) has not accepted \(report): nothing leaves it until its head says "
                        + "`syncd consent accept \(report) --base \(base.key)`."
                )
            }
        }
    }
}

extension TaskDefinition.DataType: ExpressibleByArgument {}
extension TransferFormat: ExpressibleByArgument {}
