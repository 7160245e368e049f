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
    /// The folder that files are delivered to; over the wire, the URL.
    public var folder: String
    /// The way on which they go.
    public var way: DeliveryWay
    /// Path of the file with the server's key, or with certificates to trust; empty for none.
    public var known = ""
    /// Path of the private key, or of the file that holds the token; empty for none.
    public var credential = ""
    /// What is known of it.
    public var record = RecipientRecord()
    /// Whom it belongs to.
    public var party: TransferParty

    /// Makes a recipient.
    public init(id: RecipientID, name: String, folder: String, party: TransferParty, way: DeliveryWay = .folder) {
        self.id = id
        self.name = name
        self.folder = folder
        self.party = party
        self.way = way
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
        try recipient.checkPlace()
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
