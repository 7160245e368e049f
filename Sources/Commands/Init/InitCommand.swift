import Access
import ArgumentParser
import EventLog
import Events
import Identifiers
import Projections
import School
import Sealing
import SwiftProtobuf

/// Makes a store.
struct InitCommand: SyncdCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a store for a school, or for an authority.",
        discussion: """
            A school's store takes in the school's own data and lets out what the head has accepted. An authority's \
            store takes in what schools have sent.

            The key-encryption key is kept in a folder, or by commands: --key-read prints the key that \
            $SYNCD_KEY_LOG and $SYNCD_KEY_GENERATION name, as 64 hexadecimal digits; --key-write gets one on standard \
            input when $SYNCD_KEY_VERB is create, and destroys one when it is destroy, unless --key-destroy does that. \
            The key is replaced at every erasure, so a command that reads alone is refused.

            With --operator the store has its first account, and everybody has to log in from then on. The invitation is             shown once. If it is lost before anybody has used one, the same command gives another.

            Example: syncd init --store school --owner school
            Example: syncd init --store school --owner school --operator rosa
            """
    )

    /// Whose store it is.
    enum Owner: String, CaseIterable, ExpressibleByArgument {
        case school
        case authority
    }

    @Option(help: "Whose store: school or authority.")
    var owner = Owner.school

    @Option(help: ArgumentHelp("The user name of the first operator.", valueName: "name"))
    var `operator`: String?

    @Option(help: ArgumentHelp("A command that prints the key-encryption key.", valueName: "command"))
    var keyRead: String?

    @Option(help: ArgumentHelp("A command that keeps a new one.", valueName: "command"))
    var keyWrite: String?

    @Option(help: ArgumentHelp("A command that destroys one.", valueName: "command"))
    var keyDestroy: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard keyRead != nil || keyWrite != nil || keyDestroy != nil else { return }
        guard keyRead != nil, keyWrite != nil else {
            throw ValidationError(
                "--key-read and --key-write go together: the key is replaced at every erasure, and a store whose key cannot be "
                    + "replaced could erase nobody."
            )
        }
        guard global.keyDir == nil else {
            throw ValidationError("Give either --key-dir or commands that keep the key.")
        }
        for line in [keyRead, keyWrite, keyDestroy] where line?.contains(where: \.isNewline) == true {
            throw ValidationError("A command that keeps the key is one line.")
        }
    }

    /// The commands that keep the key; nil for a folder.
    private var commands: KeyCommands.Lines? {
        guard let keyRead, let keyWrite else { return nil }
        return KeyCommands.Lines(read: keyRead, write: keyWrite, destroy: keyDestroy)
    }

    func run(_ console: Console, _ surroundings: Surroundings) throws {
        let exists = try make(try StorePlace(global, surroundings))
        let store = try OpenStore(global, purpose: "syncd init", console: console, surroundings: surroundings)
        let session = Session(on: store, global, console: console, surroundings: surroundings)
        do {
            if let exists, try isTold(session.log) {
                guard let `operator`, try isUnused(session) else { throw exists }
                try invite(`operator`, in: session)
            } else {
                try session.append([try created(session.log)])
                try report(session, console)
                if let `operator` { try invite(`operator`, in: session) }
            }
        } catch {
            try? store.close()
            throw error
        }
        try store.close()
    }

    /// Whether nobody has ever set a password: until then, whoever owns the store's files may begin accounts again.
    private func isUnused(_ session: Session) throws -> Bool {
        var isUnused = true
        try session.log.read(LogQuery(type: EventType.credentialSet.number)) { event in
            isUnused = try Syncd_Events_CredentialSet(serializedBytes: event.open).kind != .password
            return isUnused
        }
        return isUnused
    }

    /// Adds the first operator; one that is there already gets a new invitation.
    private func invite(_ name: String, in session: Session) throws {
        guard let known = try session.state.read({ try $0.accounts() }).first(where: { $0.name == name }) else {
            let token = try session.addAccount(name, RoleGrant(.operator), tokenDays: SessionRule.tokenDays)
            return try session.tell(token, of: name, .person)
        }
        let token = Token(drawnFrom: SystemRandomness())
        let ends = session.now.advanced(bySeconds: SessionRule.invitation)
        let decision = try AccountRules.renew(
            Account.Token(hash: token.hash, expires: ends),
            of: known,
            owner: session.log.owner
        )
        try session.append(decision.events, conditions: decision.conditions)
        try session.tell(token, of: name, .person)
    }

    /// Makes the store.
    ///
    /// - Returns: the refusal when there is one already.
    private func make(_ place: StorePlace) throws -> EventLogError? {
        var randomness = SystemRandomness()
        do {
            try EventLog.create(
                place.layout,
                log: .random(using: &randomness),
                owner: .random(using: &randomness),
                keySource: place.keySource(commands?.told ?? []),
                told: commands?.told ?? []
            )
            return nil
        } catch let error as EventLogError where error.code == .storeExists {
            return error
        }
    }

    /// Whether the store has been told whose it is; if not, this command was cut off in the middle and goes on.
    private func isTold(_ log: EventLog) throws -> Bool {
        var isTold = false
        try log.read(LogQuery(type: EventType.storeCreated.number)) { _ in
            isTold = true
            return false
        }
        return isTold
    }

    private func created(_ log: EventLog) throws -> NewEvent {
        var message = Syncd_Events_StoreCreated()
        message.owner = owner == .school ? .school : .authority
        message.formatVersion = 1
        return NewEvent(
            type: EventType.storeCreated.number,
            base: log.owner,
            stream: StreamID(log.owner),
            open: try message.serializedBytes()
        )
    }

    private func keyWords(_ session: Session) -> String {
        guard commands == nil else {
            return """
                Its key is kept by the commands that were given, which the store and its backups remember. Without it nothing in \
                the store can be read, and it changes with every erasure.
                """
        }
        return """
            Its key is in \(session.place.keyFolder). Keep that folder apart from the store and its backups: without \
            it nothing in the store can be read, and it changes with every erasure.
            """
    }

    private func report(_ session: Session, _ console: Console) throws {
        try console.say([
            "store": .string(session.place.layout.root),
            "keys": .string(commands == nil ? session.place.keyFolder : "commands"),
            "log": .string(session.log.logID.hex), "owner": .string(owner.rawValue),
        ])
        try console.say(
            """
            The \(owner.rawValue)'s store is ready: \(session.place.layout.root)
            \(keyWords(session))
            Next: register a school with `syncd base add`, or let the first import do it with --register.
            """
        )
    }
}
