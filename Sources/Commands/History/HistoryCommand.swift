import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows what happened to somebody's data.
struct HistoryCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show everything that happened to one person's data: before, after, and what left the building.",
        discussion: """
            This opens personal data: who asked, and why, is written in the log. Whom you mean may be given as UPN, MIS \
            key, whole name or id. --html also makes a page to read, print or hand on inside the school; for the person, or \
            for an auditor, `syncd audit bundle` makes one with proofs. --disclosures tells only what left the school.

            Example: syncd history A123456789012 --reason "Subject access request 14" --store school
            Example: syncd history "Sami Achebe" --base 8201001 --html sami.html --reason "Complaint 12" --store school
            Example: syncd history A123456789012 --disclosures --reason "Who has it?" --store school
            Example: syncd history A123456789012 --as-of 03/03/2024 --reason "Subject access request 14"
            """
    )

    @Argument(help: "A UPN, MIS key, whole name or id.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key or name.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("Only what was known then: a position, a day or a time.", valueName: "position|date"))
    var asOf: Moment?

    @Flag(help: "Only what left the school, from the ledger of disclosures.")
    var disclosures = false

    @Option(
        help: ArgumentHelp("Also write a page that needs nothing beside it to this file.", valueName: "file"),
        completion: .file(extensions: ["html"])
    )
    var html: OutputPath?

    @Option(help: "Why it is opened; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        try ReadingReason.check(reason)
        if disclosures && (html != nil || asOf != nil) {
            throw ValidationError("--disclosures goes without --html and --as-of.")
        }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let page = try html.map { try NewFile($0.path) }
        let entity = try search.one(subject, orNamed: true)
        let point = try asOf.map(session.point)
        try session.recordReading("history", of: [entity.id], reason: reason)
        if disclosures { return try tellDisclosures(of: entity, session) }
        var story = try SubjectStory(session, for: .reader)
        var steps: [StoryStep] = []
        try story.tell(entity, upTo: point, in: session) { steps.append($0) }
        if let point { try session.console.say(point.sentence) }
        try session.console.say("\(entity.kind.name) \(entity.id.hex): \(Counts.of(steps.count, "event"))")
        for step in steps {
            try session.console.say(step.json)
            try session.console.say(step.text)
        }
        guard let page else { return }
        try page.write(try storyPage(entity, steps, point, session).html())
        session.console.remark("Written: \(page.name). It holds personal data: remove it when it has served.")
    }

    private func storyPage(
        _ entity: Entity,
        _ steps: [StoryStep],
        _ point: PastPoint?,
        _ session: Session
    ) throws -> StoryPage {
        var facts: [StoryPage.Fact] = [
            ("About", "\(entity.kind.name) \(entity.id.hex)"),
            ("School", try Withholding(session).base(session.baseKeys()[entity.base], of: entity.id) ?? "-"),
            ("MIS key", entity.key.forReading),
            ("Made", "\(LondonTime.text(session.now)) by \(try session.actor().account)"), ("Reason", reason),
        ]
        if let point { facts.append(("As known", "\(LondonTime.text(point.recordedAt)), event \(point.position)")) }
        let note =
            "Everything that was told, changed, sent and looked at, in the order in which it happened. What has been erased "
            + "is not here. `syncd audit bundle` makes the same with proofs."
        return StoryPage(title: "What happened to one person's data", facts: facts, notes: [note], steps: steps)
    }

    private func tellDisclosures(of entity: Entity, _ session: Session) throws {
        let names = try DisclosureNames(session)
        let ledger = try DisclosureLedger(session)
        var table = TextTable(
            "#Run",
            "When",
            "Recipient",
            "Report",
            "#Accepted at",
            "Change",
            "Data group",
            "Standing",
            "File"
        )
        var count = 0
        try ledger.forEach(of: entity.id) { disclosure in
            try session.console.say(try disclosure.json(names))
            count += 1
            table.add(
                String(disclosure.run.startedAt.rawValue),
                LondonTime.text(disclosure.run.started),
                names.recipient(disclosure.run.recipient),
                "\(disclosure.start.report) \(disclosure.start.reportVersion)",
                String(disclosure.start.acceptance.rawValue),
                disclosure.sent.change.name,
                disclosure.group?.group.name ?? "-",
                disclosure.standing.rawValue,
                try names.file(disclosure.start.file.name, of: entity.id)
                    + (disclosure.run.hasLeft ? "" : " (may have left)")
            )
        }
        try session.console.say(count == 0 ? "Nothing of this person has left the school." : table.text)
    }
}
