import EventLog
import Events
import Identifiers
import LMDB
import School
import SwiftProtobuf

/// What each recipient has from each school: of each data group the code of its content, so that equal content is not
/// sent again (rulings 19), and of each pupil what was told last (rulings 20 to 22).
///
/// ```
/// hash-cache          recipient 16, base 16, entity 16, group 2 → HMAC-SHA-256 of the content under the person's key, 32
/// hash-cache.told     base 16, recipient 16, entity 16 → change 1 (`PupilChange`), position 8
/// hash-cache.waiting  run 16, position 8 → the `TransferItems` of a run that has not ended
/// ```
/// By base, because a recipient keeps apart what two schools tell of one pupil (`schemas/exchange/ces.md` section 6):
/// what one of them has sent, the other has not.
/// A run's items stand in the log from its beginning; they count when `TransferCompleted` says that they arrived, and
/// are forgotten when `TransferFailed` says that they did not. A group that went cleared (an HMAC of zeros) leaves the
/// cache.
public struct HashCache: Projection {
    /// Its name.
    public let name = "hash-cache"
    /// Its version.
    public let version: UInt32 = 2
    /// What files tell, and what became of them.
    public let types: [EventType] = [
        .transferItems, .transferCompleted, .transferFailed, .baseKeyChanged, .subjectErased,
    ]
    /// Its tables.
    public let tables = [Self.hashes, Self.told, Self.waiting]

    static let hashes = TableDefinition("hash-cache")
    static let told = TableDefinition("hash-cache.told")
    static let waiting = TableDefinition("hash-cache.waiting")
    private static let hashBytes = 32

    /// Makes the projection.
    public init() {}

    /// Keeps what a file tells until its run has ended; then enters or forgets it.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .transferItems(let items):
            let run: RunID = try identifier(items.run)
            var key = KeyBytes()
            key.append(run)
            key.append(event.position.rawValue)
            rows.put(event.recorded.open, for: key, in: Self.waiting)
        case .transferCompleted(let message):
            for items in try take(identifier(message.run), &rows) {
                try enter(Syncd_Events_TransferItems(serializedBytes: items), event, &rows)
            }
        case .transferFailed(let message): _ = try take(identifier(message.run), &rows)
        case .baseKeyChanged(let message):
            if message.newController {
                try forget(event.base, &rows) { _ in true }
            } else if message.hasToLaestab {
                try forget(event.base, &rows) { $0 == DataGroup.registration.rawValue }
            }
        case .subjectErased(let message) where message.erased.groups.isEmpty:
            // What was told last stays: by it the recipients are told of the erasure.
            let subject: SubjectID = try identifier(message.erased.subject)
            for told in message.erased.told {
                let prefix = [UInt8](told.recipient + told.base) + subject.bytes
                for (key, _) in try rows.rows(prefix: prefix, in: Self.hashes) { rows.delete(key, in: Self.hashes) }
            }
        default: break
        }
    }

    /// Forgets what each recipient has from a base, not what it was told last.
    ///
    /// With a new legal owner everything: what the one of before has sent is not the new one's (rulings 3). With a new
    /// DfE number the registrations: in a file each spell names the school.
    private func forget(_ base: BaseID, _ rows: inout Rows, where isForgotten: (UInt16) -> Bool) throws {
        var recipients: Set<[UInt8]> = []
        for (key, _) in try rows.rows(prefix: base.bytes, in: Self.told) { recipients.insert(Array(key[16..<32])) }
        for recipient in recipients {
            for (key, _) in try rows.rows(prefix: recipient + base.bytes, in: Self.hashes) {
                let group = key.suffix(2).reduce(0) { $0 << 8 | UInt16($1) }
                if isForgotten(group) { rows.delete(key, in: Self.hashes) }
            }
        }
    }

    /// Takes what waits for a run out of the table.
    private func take(_ run: RunID, _ rows: inout Rows) throws -> [[UInt8]] {
        let waiting = try rows.rows(prefix: run.bytes, in: Self.waiting)
        for (key, _) in waiting { rows.delete(key, in: Self.waiting) }
        return waiting.map(\.value)
    }

    private func enter(_ items: Syncd_Events_TransferItems, _ event: DecodedEvent, _ rows: inout Rows) throws {
        let recipient: RecipientID = try identifier(items.recipient)
        for pupil in items.pupils {
            let entity: SubjectID = try identifier(pupil.entity)
            var row = RowWriter()
            row.append(UInt8(truncatingIfNeeded: pupil.change))
            row.append(event.position)
            rows.put(row.bytes, for: event.base.bytes + recipient.bytes + entity.bytes, in: Self.told)
            let hashes = [UInt8](pupil.hashes)
            guard hashes.count == pupil.groups.count * Self.hashBytes else {
                throw ProjectionError(
                    .malformedEvent,
                    "the run that ends at \(event.position) has more or fewer hashes"
                )
            }
            for (index, group) in pupil.groups.enumerated() {
                let hash = Array(hashes[index * Self.hashBytes..<(index + 1) * Self.hashBytes])
                let key = Self.key(recipient, event.base, entity, UInt16(truncatingIfNeeded: group))
                if hash.allSatisfy({ $0 == 0 }) {
                    rows.delete(key, in: Self.hashes)
                } else {
                    rows.put(hash, for: key, in: Self.hashes)
                }
            }
        }
    }

    static func key(
        _ recipient: RecipientID,
        _ base: BaseID,
        _ entity: SubjectID,
        _ group: UInt16
    ) -> KeyBytes {
        var key = KeyBytes()
        key.append(recipient)
        key.append(base)
        key.append(entity)
        key.append(group)
        return key
    }
}
