import EventLog
import Events
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Whose the random ids of actors are: accounts, and before there are any the system's accounts.
struct ActorNames {
    private let names: [ActorID: String]

    /// Opens the names; there are as many as people who have acted.
    init(_ session: Session) throws {
        var names: [ActorID: String] = [:]
        try session.log.read(LogQuery(type: EventType.actorNamed.number, opensParts: true)) { event in
            guard let bytes = event.parts.first?.plaintext else { return true }
            names[event.actor] = try Syncd_Events_AuditNote(serializedBytes: bytes).actor
            return true
        }
        for account in try session.state.read({ try $0.accounts() }) where !account.name.isEmpty {
            names[account.id] = account.name
        }
        self.names = names
    }

    /// The actor whom a person means: by id or name.
    ///
    /// - Throws: `subjectUnknown`.
    func actor(_ text: String) throws -> ActorID {
        if let id = ActorID(hex: text) { return id }
        let found = names.filter { $0.value == text }.keys
        if let only = found.first, found.count == 1 { return only }
        throw CommandError(
            .subjectUnknown,
            found.isEmpty
                ? "No account \(text) has ever done anything here. `syncd user list` tells the accounts."
                : "\(found.count) accounts have had this name: give the id, which `syncd audit access` tells."
        )
    }

    /// The name; nil when its key has been destroyed.
    subscript(actor: ActorID) -> String? { names[actor] }
}
