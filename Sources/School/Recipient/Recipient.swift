import EventLog
import Events
import Identifiers
import SwiftProtobuf

/// Where transfer files go.
public struct Recipient: Sendable, Hashable {
    /// Random.
    public var id: RecipientID
    /// The name that people use.
    public var name: String
    /// The folder that files are delivered to.
    public var folder: String
    /// Whom it belongs to.
    public var party: TransferParty

    /// Makes a recipient.
    public init(id: RecipientID, name: String, folder: String, party: TransferParty) {
        self.id = id
        self.name = name
        self.folder = folder
        self.party = party
    }

    /// Adds a recipient.
    ///
    /// - Parameters:
    ///   - recipient: the new one, its id drawn at random.
    ///   - others: those that the store has.
    ///   - owner: the base id of the store's own events.
    /// - Throws: `SchoolError` with code `nameInvalid`, `nameTaken` or `folderInvalid`.
    public static func add(_ recipient: Recipient, to others: [Recipient], owner: BaseID) throws -> Decision {
        try NameRule.check(recipient.name, taken: others.map(\.name), of: "recipient")
        guard recipient.folder.hasPrefix("/") else {
            throw SchoolError(.folderInvalid, "the folder of a recipient is given from the root, beginning with /")
        }
        let message = Syncd_Events_RecipientAdded.with {
            $0.name = recipient.name
            $0.folder = recipient.folder
            $0.party = recipient.party.digits
        }
        let stream = StreamID(recipient.id)
        return Decision(
            events: [
                NewEvent(
                    type: EventTypeNumber(rawValue: EventType.recipientAdded.rawValue),
                    base: owner,
                    stream: stream,
                    open: EventBytes.of(message)
                )
            ],
            conditions: [StreamCondition(stream: stream, version: 0)],
            message: "recipient \(recipient.name) is added: files for \(recipient.party) go to \(recipient.folder)"
        )
    }
}

extension SchoolError.Code {
    /// A folder is not given from the root.
    public static let folderInvalid = Self(rawValue: "folderInvalid")
}
