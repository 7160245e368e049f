import EventLog
import Events
import Identifiers
import LMDB
import School

/// What the MIS itself deleted of people who stay, and the orders to erase that came of it (S1-23 to S1-26).
///
/// ```
/// source-deletions         subject 16, group 2 → position 8
/// source-deletions.orders  order 16 → position 8
/// ```
/// The orders say it in the open: what the deletion's own part said goes with the group's key.
public struct SourceDeletions: Projection {
    /// Its name.
    public let name = "source-deletions"
    /// Its version.
    public let version: UInt32 = 1
    /// Orders, and what became of people.
    public let types: [EventType] = [.erasureRequested, .subjectErased]
    /// Its tables.
    public let tables = [Self.groups, Self.orders]

    static let groups = TableDefinition("source-deletions")
    static let orders = TableDefinition("source-deletions.orders")

    /// Makes the projection.
    public init() {}

    /// Enters an order of an import; forgets whoever is erased whole.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .erasureRequested(let message) where message.deletedAtSource:
            let position = withUnsafeBytes(of: event.position.rawValue.bigEndian) { [UInt8]($0) }
            rows.put(position, for: try identifier(message.order, OrderID.self).bytes, in: Self.orders)
            for subject in try identifiers(message.subjects) as [SubjectID] {
                for group in message.groups {
                    let number = Erasures.number(UInt16(truncatingIfNeeded: group))
                    rows.put(position, for: subject.bytes + number, in: Self.groups)
                }
            }
        case .subjectErased(let message) where message.erased.groups.isEmpty:
            let subject: SubjectID = try identifier(message.erased.subject)
            for (key, _) in try rows.rows(prefix: subject.bytes, in: Self.groups) { rows.delete(key, in: Self.groups) }
        default: break
        }
    }
}

extension Snapshot {
    /// True for an order that came of deletions in the MIS.
    public func isOfSource(_ order: OrderID) throws -> Bool {
        try value(for: order.bytes, in: SourceDeletions.orders.name) != nil
    }

    /// The data groups of a person that the MIS deleted and of which nothing was told since.
    ///
    /// Of groups that things of the person tell, such as marks, whoever asks looks whether any are there again.
    public func groupsDeletedAtSource(of subject: SubjectID) throws -> Set<DataGroup> {
        var found: Set<DataGroup> = []
        try scan(SourceDeletions.groups.name, prefix: subject.bytes) { key, _ in
            let number = UInt16(bigEndian: key.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            if let group = DataGroup(rawValue: number) { found.insert(group) }
            return true
        }
        for state in try groups(of: subject) {
            switch state.change {
            case .set: found.remove(state.group)
            case .deletedAtSource: found.insert(state.group)
            case .cleared: break
            }
        }
        return found
    }
}
