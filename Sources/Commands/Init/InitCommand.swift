import ArgumentParser
import EventLog
import Events
import Identifiers
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

            Example: syncd init --store school --owner school
            """
    )

    /// Whose store it is.
    enum Owner: String, CaseIterable, ExpressibleByArgument {
        case school
        case authority
    }

    @Option(help: "Whose store: school or authority.")
    var owner = Owner.school

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(_ console: Console, _ surroundings: Surroundings) throws {
        let exists = try make(try StorePlace(global, surroundings))
        let store = try OpenStore(global, purpose: "syncd init", console: console, surroundings: surroundings)
        let session = Session(on: store, console: console, surroundings: surroundings)
        do {
            if let exists, try isTold(session.log) { throw exists }
            try session.append([try created(session.log)])
        } catch {
            try? store.close()
            throw error
        }
        try store.close()
        try report(session, console)
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
                keySource: place.keySource()
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

    private func report(_ session: Session, _ console: Console) throws {
        try console.say([
            "store": .string(session.place.layout.root), "keys": .string(session.place.keyFolder),
            "log": .string(session.log.logID.hex), "owner": .string(owner.rawValue),
        ])
        try console.say(
            """
            The \(owner.rawValue)'s store is ready: \(session.place.layout.root)
            Its key is in \(session.place.keyFolder). Keep that folder apart from the store and its backups: without \
            it nothing in the store can be read, and it changes with every erasure.
            Next: register a school with `syncd base add`, or let the first import do it with --register.
            """
        )
    }
}
