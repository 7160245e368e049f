import EventLog
import Events
import Identifiers
import LMDB
import School

/// What each recipient was told last of each pupil by each base (rulings 20 to 22).
///
/// ```
/// sent-pupils  base 16, recipient 16, entity 16 → change 1 (`PupilChange`), position 8
/// ```
/// It moves with `TransferItems`, which are appended with `TransferCompleted` after the acknowledgement.
public struct SentPupils: Projection {
    /// Its name.
    public let name = "sent-pupils"
    /// Its version.
    public let version: UInt32 = 1
    /// What went into files.
    public let types: [EventType] = [.transferItems]
    /// Its tables.
    public let tables = [Self.pupils]

    static let pupils = TableDefinition("sent-pupils")

    /// Makes the projection.
    public init() {}

    /// Enters what was told.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        guard case .transferItems(let items) = event.payload else { return }
        let recipient: RecipientID = try identifier(items.recipient)
        for pupil in items.pupils {
            var row = RowWriter()
            row.append(UInt8(truncatingIfNeeded: pupil.change))
            row.append(event.position)
            let entity: SubjectID = try identifier(pupil.entity)
            rows.put(row.bytes, for: event.base.bytes + recipient.bytes + entity.bytes, in: Self.pupils)
        }
    }
}

extension Snapshot {
    /// What a recipient was told last of a pupil by a base; nil when nothing.
    public func lastTold(
        of pupil: SubjectID,
        from base: BaseID,
        to recipient: RecipientID
    ) throws -> PupilChange? {
        let key = base.bytes + recipient.bytes + pupil.bytes
        return try value(for: key, in: SentPupils.pupils.name)?.first.flatMap(PupilChange.init)
    }

    /// Visits the pupils of whom a recipient was told by a base, until the closure answers false.
    public func toldPupils(
        from base: BaseID,
        to recipient: RecipientID,
        _ visit: (SubjectID) throws -> Bool
    ) throws {
        try scan(SentPupils.pupils.name, prefix: base.bytes + recipient.bytes) { key, _ in
            try visit(SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[32...])))
        }
    }
}
