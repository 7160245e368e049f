import EventLog
import Events
import Identifiers
import School
import Sealing
import SwiftProtobuf
import Synchronization

/// Who acts: until accounts exist, an account of the operating system.
///
/// An actor's id is drawn at random when the account acts for the first time, and `ActorNamed` says whose it is, with
/// the name sealed under the actor's own key of class audit (rulings 5 and 16). So leaves and open parts never name
/// anybody, and the name goes when that key does.
struct Actor: Sendable, Equatable {
    /// The random id that stands in leaves.
    var id: ActorID
    /// The account's name.
    var account: String

    /// The actor's own stream: being named, and what the actor opened.
    var stream: StreamID { StreamID(id) }

    /// Finds the actor of an account in a log; nil when the account has never acted.
    ///
    /// There are as many of these events as accounts, and the log finds them by their type.
    static func find(_ account: String, in log: EventLog) throws -> Actor? {
        var found: Actor?
        let query = LogQuery(
            type: EventType.actorNamed.number,
            direction: .backward,
            opensParts: true
        )
        try log.read(query) { event in
            guard let bytes = event.parts.first?.plaintext else { return true }
            guard try Syncd_Events_AuditNote(serializedBytes: bytes).actor == account else { return true }
            found = Actor(id: event.actor, account: account)
            return false
        }
        return found
    }

    /// Held while an account is looked up and named: a server has many callers, and an account one id.
    private static let naming = Mutex(())

    /// The actor of the account that runs the command; one that acts for the first time is named in the log first.
    static func acting(in log: EventLog, _ surroundings: Surroundings) throws -> Actor {
        try naming.withLock { _ in try findOrName(in: log, surroundings) }
    }

    private static func findOrName(in log: EventLog, _ surroundings: Surroundings) throws -> Actor {
        if let known = try find(surroundings.account, in: log) { return known }
        var randomness = SystemRandomness()
        let actor = Actor(id: .random(using: &randomness), account: surroundings.account)
        let now = surroundings.now()
        let batch = Batch(
            command: .timeOrdered(at: now, using: &randomness),
            actor: actor.id,
            recordedAt: now,
            events: [try actor.naming(owner: log.owner)],
            conditions: [StreamCondition(stream: actor.stream, version: 0)]
        )
        _ = try batch.surely(log.append)
        return actor
    }

    /// The event that says whose the actor's id is.
    func naming(owner: BaseID) throws -> NewEvent {
        NewEvent(
            type: EventType.actorNamed.number,
            base: owner,
            stream: stream,
            parts: [try note("")]
        )
    }

    /// A sealed note of who did something and why.
    func note(_ reason: String) throws -> NewPart {
        var note = Syncd_Events_AuditNote()
        note.actor = account
        note.reason = reason
        return NewPart(
            subject: SubjectID(id),
            dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
            plaintext: try note.serializedBytes()
        )
    }
}
