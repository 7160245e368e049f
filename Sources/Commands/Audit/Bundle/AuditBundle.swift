import ArgumentParser
import Audit
import EventLog
import Identifiers
import Projections
import School

/// Packs a person's history with its proofs.
struct AuditBundle: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Pack one person's history with its proofs, for an auditor or for the person to take away.",
        discussion: """
            One folder, or a zip archive when its name ends in .zip: a page to read, the same as JSON, the leaves of the \
            events, the person's own sealed parts with their paths (other people's stay closed), and the paths to a signed \
            checkpoint. tools/audit-verify checks it without syncd. --for subject answers a subject access request: what \
            is about other people, names of staff and what is restricted is kept back, each with the reason.

            This opens personal data: who asked, and why, is in the log before a byte is written.

            Example: syncd audit bundle A123456789012 amoah-2026 --for auditor --reason "Complaint 12" --store school
            Example: syncd audit bundle A123456789012 sar-14.zip --for subject --reason "Subject access request 14"
            """
    )

    @Argument(help: "A pupil's UPN, MIS key or whole name, or the id of anybody.")
    var subject: String

    @Argument(help: "The folder to make, or a name that ends in .zip.", completion: .directory)
    var out: OutputPath

    @Option(name: .customLong("for"), help: "auditor, or subject for the person it is about.")
    var audience: SubjectBundle.Audience

    @Option(help: ArgumentHelp("The school, when two have this MIS key or name.", valueName: "key"))
    var base: String?

    @Option(
        help: ArgumentHelp(
            "A checkpoint that was kept; the bundle shows that the log has only grown since.",
            valueName: "file"
        ),
        completion: .file()
    )
    var since: InputPath?

    @Option(help: "Why it is opened; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    func run(in session: Session) throws {
        let output = try WholeOutput(out.path)
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let person = try search.one(subject, orNamed: true)
        let note = try since.map { try SignedNote(file: $0.path) }
        let audit = try session.auditTrail()
        if let note { _ = try audit.check(note) }
        try session.recordReading("audit bundle --for \(audience.rawValue)", of: [person.id], reason: reason)
        try session.recordHeads(audit)
        let bundle = try bundle(of: person, audit, since: note, session)
        var files = try bundle.files()
        let contents = try audit.sign(bundle.contents(files), at: session.now)
        files.append((name: "contents.txt", bytes: Array(contents.written.utf8)))
        try output.write(files)
        let bytes = files.reduce(0) { $0 + $1.bytes.count }
        try session.console.say([
            "subject": .string(person.id.hex), "for": .string(audience.rawValue), "events": JSON(bundle.steps.count),
            "proofs": JSON(bundle.proofs.events.count), "bytes": JSON(bytes), "path": .string(out.path),
            "keys": .array(bundle.proofs.keys.map { .string($0.written) }),
        ])
        try session.console.say(
            "\(out.path): \(Counts.of(bundle.steps.count, "entry", "entries")) about one person, "
                + "\(Counts.of(bundle.proofs.events.count, "event")) proven, \(Counts.bytes(bytes))."
        )
        for key in bundle.proofs.keys where !session.console.isJSON {
            session.console.remark("Checked with the key \(key.written)")
        }
    }

    private func bundle(
        of person: Entity,
        _ audit: AuditTrail,
        since note: SignedNote?,
        _ session: Session
    ) throws -> SubjectBundle {
        var story = try SubjectStory(session, for: audience.story)
        var steps: [StoryStep] = []
        try story.tell(person, upTo: nil, in: session) { steps.append($0) }
        var parts: [Position: [Int]] = [:]
        for step in steps { parts[step.position, default: []] += step.part.map { [$0] } ?? [] }
        return SubjectBundle(
            audience: audience,
            person: person,
            base: try Withholding(session).base(session.baseKeys()[person.base], of: person.id) ?? "-",
            madeBy: try session.actor().account,
            reason: reason,
            madeAt: session.now,
            steps: steps,
            proofs: try audit.proofs(of: parts, at: session.now),
            growth: try note.map { try audit.growth(since: $0, at: session.now) }
        )
    }
}

extension SubjectBundle.Audience: ExpressibleByArgument {}
