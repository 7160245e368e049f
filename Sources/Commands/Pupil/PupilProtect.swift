import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Says that a pupil's whereabouts or origin are kept back.
struct PupilProtect: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "protect",
        abstract:
            "As a head or data protection officer, say that a pupil's address is restricted, or that the pupil was adopted.",
        discussion: """
            For schools whose MIS cannot say it. A restricted address keeps back address, phones and school of the pupil, and \
            address and phones of carers who live there, from files, lists and past answers, which show the word restricted. \
            Of the adopted no former name is in any file. What the MIS says holds as well: either is enough. What recipients \
            have already is emptied by the next run, and files that still lie in a recipient's folder are made anew. It \
            tells who has a carer in common who lives there, and which recipients have a copy; --preview tells the same \
            and changes nothing.

            Example: syncd pupil protect A123456789012 --restricted-address yes --reason "Court order of 3 March" --preview --store school
            Example: syncd pupil protect A123456789012 --restricted-address no --reason "Order lifted" --store school
            """
    )

    /// Yes or no.
    enum Answer: String, CaseIterable, ExpressibleByArgument {
        case yes
        case no
    }

    @Argument(help: "The pupil's UPN, MIS key or id.")
    var subject: String

    @Option(help: ArgumentHelp("The school, when two have this MIS key.", valueName: "key"))
    var base: String?

    @Option(help: "Whether nobody may learn where the pupil is.")
    var restrictedAddress: Answer?

    @Option(help: "Whether the pupil was adopted.")
    var adopted: Answer?

    @Option(help: "Why; written in the log.")
    var reason: String

    @Flag(help: "Only tell what follows: who lives there, too, and which recipients have a copy.")
    var preview = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        try ReadingReason.check(reason)
        if restrictedAddress == nil && adopted == nil {
            throw ValidationError("Say what changes with --restricted-address, --adopted or both.")
        }
    }

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let pupil = try SubjectSearch(session: session, base: try base.map { try session.base($0).id }).one(subject)
        guard pupil.kind == .pupil else {
            throw CommandError(.subjectUnknown, "This is no pupil: `syncd pupil find` looks for pupils.")
        }
        let own = try session.state.read { snapshot in
            Protection(told: nil, own: try snapshot.group(.ownProtection, of: pupil.id)?.content)
        }
        var wanted = own
        if let restrictedAddress { wanted.isRestricted = restrictedAddress == .yes }
        if let adopted { wanted.isAdopted = adopted == .yes }
        let told = try session.state.read { try $0.protection(of: pupil.id) }
        let reach = try ProtectionReach(of: pupil, wanted, in: session)
        // It names others: brothers and sisters.
        try session.recordReading("pupil protect", of: [pupil.id] + reach.siblings.map(\.id), reason: reason)
        guard !preview else {
            try tell(
                pupil,
                told,
                isChanged: false,
                reach,
                files: ProtectedFiles(session: session).lying(about: reach.everybody).count,
                session
            )
            return try session.console.say("Nothing was changed.")
        }
        let decision = ProtectionRules.decide(
            wanted,
            instead: own,
            of: pupil.id,
            from: pupil.source,
            key: pupil.key,
            at: pupil.base,
            run: session.draw(),
            note: try session.actor().note(reason)
        )
        try session.carryOut(decision)
        let now = try session.state.read { try $0.protection(of: pupil.id) }
        // Also when nothing was decided: files of a call that was cut off.
        let files = now == .none ? 0 : try ProtectedFiles(session: session).takeBack(about: reach.everybody)
        try tell(pupil, now, isChanged: !decision.isUnchanged, reach, files: files, session)
        if now != wanted { try session.console.say("The MIS says more: \(now.words).") }
    }

    private func tell(
        _ pupil: Entity,
        _ now: Protection,
        isChanged: Bool,
        _ reach: ProtectionReach,
        files: Int,
        _ session: Session
    ) throws {
        let members: [JSON.Member] = [
            .init(name: "id", value: .string(pupil.id.hex)),
            .init(name: "restrictedAddress", value: .bool(now.isRestricted)),
            .init(name: "adopted", value: .bool(now.isAdopted)), .init(name: "changed", value: .bool(isChanged)),
            .init(name: "preview", value: .bool(preview)),
        ]
        try session.console.say(
            .object(members + reach.members + [.init(name: "filesInFolders", value: JSON(files))])
        )
        for line in reach.lines { try session.console.say(line) }
        if preview, files > 0 {
            try session.console.say(
                "\(Counts.of(files, "file")) in recipients' folders will be made anew without what is kept back."
            )
        }
    }
}
