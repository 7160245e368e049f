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
        let place = try StorePlace(global, surroundings)
        var randomness = SystemRandomness()
        do {
            try EventLog.create(
                place.layout,
                log: .random(using: &randomness),
                owner: .random(using: &randomness),
                keySource: place.keySource()
            )
        } catch let error as EventLogError where error.code == .storeExists {
            // A store that was made but never told whose it is was cut off in the middle of this command.
            let session = try Session(global, purpose: "syncd init", console: console, surroundings: surroundings)
            defer { try? session.close() }
            guard session.log.durableEnd == .origin else { throw error }
        }
        let session = try Session(global, purpose: "syncd init", console: console, surroundings: surroundings)
        try session.append([try created(session.log)], conditions: [])
        try session.close()
        try report(session, console)
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
