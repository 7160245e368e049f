import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// What a person may ask for about his or her own data.
struct SubjectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subject",
        abstract: "Erase a person's data for good, or lift what keeps it from coming back.",
        discussion: """
            Example: syncd subject erase A123456789012 --base 8201001 --reason "Request 14" --dry-run --store school
            """,
        subcommands: [SubjectErase.self, SubjectLift.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Erases people, or data groups of people.
struct SubjectErase: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Erase people, or data groups of theirs, for good: from the log, state, files and every copy.",
        discussion: """
            Shows what will go and what stays until when, and asks for the number of people. The keys of their data are \
            destroyed, so no backup and no replay brings them back; recipients are asked to erase the same. Contacts to \
            whom nobody else links go with a pupil. The order is queued for up to 14 days unless --now is given.

            Example: syncd subject erase A123456789012 --base 8201001 --reason "Request 14" --dry-run --store school
            Example: syncd subject erase A123456789012 --base 8201001 --group sen --reason "Request 15" --now --confirm 1 \
            --store school
            """
    )

    @Argument(help: "UPNs or MIS keys of pupils, or ids of anybody.")
    var subjects: [String]

    @OptionGroup
    var options: ErasureOptions

    @Option(help: ArgumentHelp("Only this data group; may be given several times.", valueName: "group"))
    var group: [SeparableGroup] = []

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let base = try session.base(options.base)
        let search = SubjectSearch(session: session, base: base.id)
        var found: [SubjectID] = []
        for subject in subjects {
            let entity = try search.one(subject)
            guard entity.kind == .pupil || group.isEmpty else {
                throw CommandError(.subjectUnknown, "Data groups are a pupil's: erase the whole record of others.")
            }
            guard [.pupil, .contact, .teacher].contains(entity.kind) else {
                throw CommandError(.subjectUnknown, "People are erased, not things, and this is no person: \(subject).")
            }
            if !found.contains(entity.id) { found.append(entity.id) }
        }
        try ErasureOffer(
            session: session,
            base: base,
            subjects: found,
            groups: group.map(\.group),
            answer: options.answer
        ).perform()
    }
}

/// Lets erased data be told again, on a new lawful basis.
struct SubjectLift: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift",
        abstract: "Let the MIS tell erased data again, on a new lawful basis: as somebody new, or for data groups.",
        discussion: """
            What was erased stays erased. From now on imports take in what the MIS tells of this key: a whole record as \
            that of somebody new, data groups of a pupil who is still known by --group.

            Example: syncd subject lift P0042 --base 8201001 --source 8201001 --reason "Back at school" --store school
            """
    )

    @Argument(help: "The key in the MIS.")
    var key: String

    @Option(help: ArgumentHelp("The school.", valueName: "key"))
    var base: String

    @Option(help: ArgumentHelp("The source that tells of it.", valueName: "name"))
    var source: String

    @Option(help: ArgumentHelp("Only this data group; may be given several times.", valueName: "group"))
    var group: [SeparableGroup] = []

    @Option(help: "The new lawful basis; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    func run(in session: Session) throws {
        let base = try session.base(base)
        guard let source = try session.state.read({ try $0.source(named: source) })?.id else {
            throw CommandError(.subjectUnknown, "There is no source \(source). `syncd status` shows the sources.")
        }
        let note = try session.actor().note(reason)
        if group.isEmpty {
            try session.append([try lifted(source, base, note, session)])
        } else {
            try liftGroups(source, base, note, session)
        }
        try session.console.say(["lifted": .bool(true), "groups": .array(group.map { .string($0.group.name) })])
        try session.console.say("Lifted: the next import takes in what the MIS tells.")
    }

    private func lifted(_ source: SourceID, _ base: Base, _ note: NewPart, _ session: Session) throws -> NewEvent {
        let codes = try session.state.read { try $0.suppressed(of: source) }
        let dataClass = DataClass(rawValue: DataGroup.suppression.rawValue)
        for kind in [EntityKind.pupil, .contact, .teacher] {
            let told = SuppressionCode.input(source, kind, key)
            let code = try session.log.keyedHash(of: told, subject: SubjectID(base.id), dataClass: dataClass)
            if let code, codes[code] == base.id {
                return ErasureEvents.lifted(source: source, suppression: code, at: base.id, note: note)
            }
        }
        throw CommandError(.subjectUnknown, "Nobody of this key in this source was erased at \(base.key).")
    }

    private func liftGroups(_ source: SourceID, _ base: Base, _ note: NewPart, _ session: Session) throws {
        let pupil = try session.state.read { try $0.mirrorEntry(source, .pupil, key: key)?.id }
        let fenced = try pupil.flatMap { pupil in try session.state.read { try $0.fencedGroups()[pupil] } } ?? []
        let groups = group.map(\.group).filter { fenced.contains($0.rawValue) }
        guard let pupil, groups.count == group.count else {
            throw CommandError(.subjectUnknown, "Not all of these groups of a pupil of this key were erased.")
        }
        // Keys first: an event that says that they may be made again must not be there without them.
        let fences = groups.map { KeyFence(subject: pupil, dataClass: DataClass(rawValue: $0.rawValue)) }
        let generation = try session.rotateKeys(lifting: Set(fences))
        try session.append([
            ErasureEvents.lifted(groups, of: pupil, at: base.id, note: note),
            ErasureEvents.keysRotated(to: generation, owner: session.log.owner),
        ])
    }
}

/// A data group that may go while its pupil stays.
struct SeparableGroup: ExpressibleByArgument {
    var group: DataGroup

    init?(argument: String) {
        guard let group = ErasureRules.separable.first(where: { $0.name == argument }) else { return nil }
        self.group = group
    }

    static var allValueStrings: [String] { ErasureRules.separable.map(\.name) }
}

/// What every order to erase needs.
struct ErasureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The school that asks.", valueName: "key"))
    var base: String

    @Option(help: "Why; written in the log, sealed.")
    var reason: String

    @Flag(help: "Carry it out at once, not within 14 days.")
    var now = false

    @Flag(help: "Show what would go, and append nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("How many people go: the yes of a script.", valueName: "number"))
    var confirm: Int?

    func validate() throws { try ReadingReason.check(reason) }

    var answer: ErasureOffer.Answer {
        ErasureOffer.Answer(reason: reason, isNow: now, isDryRun: dryRun, confirmed: confirm)
    }
}
