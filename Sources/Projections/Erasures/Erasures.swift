import EventLog
import Events
import Identifiers
import LMDB
import School

/// What is to be erased, what was, who must be told, and what keeps it from coming back.
///
/// ```
/// erasures             order 16 → `ErasureOrder.row`
/// erasures.subjects    subject 16, order 16 → state 1 (`ErasureState`), position of its newest event 8
/// erasures.by-order    order 16, subject 16 → state 1
/// erasures.erased      base 16, position 8, subject 16 → (empty): whole records, for who tells recipients
/// erasures.suppressed  source 16, code 32 → base 16, kind 1, position 8
/// erasures.fenced      subject 16, group 2 → position 8: data groups that are not taken in again
/// erasures.holds       subject 16 → position 8
/// erasures.registers   base 16 → (empty): the register is kept elsewhere
/// erasures.keys        (empty) → generation 4, position 8, microseconds 8: the last change of keys
/// erasures.copies      place 16 → generation 4, position 8, microseconds 8
/// ```
public struct Erasures: Projection {
    /// Its name.
    public let name = "erasures"
    /// Its version.
    public let version: UInt32 = 1
    /// Events of erasures and keys.
    public let types: [EventType] = [
        .erasureRequested, .erasureWithdrawn, .erasureBegun, .subjectErased, .erasureCompleted, .keysRotated,
        .keyCopied,
        .suppressionLifted, .holdPlaced, .holdLifted, .registerPlaced,
    ]
    /// Its tables.
    public let tables = [
        Self.orders, Self.subjects, Self.erased, Self.suppressed, Self.fenced, Self.holds, Self.registers, Self.keys,
        Self.copies,
    ]

    static let orders = TableDefinition("erasures")
    static let subjects = TableDefinition("erasures.subjects", indexes: [byOrder])
    static let byOrder = IndexDefinition("erasures.by-order", rowBytesMin: 9) { key, row, index in
        index.appendKey(UnsafeRawBufferPointer(rebasing: key[16...]))
        index.appendKey(UnsafeRawBufferPointer(rebasing: key[..<16]))
        index.appendValue(UnsafeRawBufferPointer(rebasing: row[..<1]))
    }
    static let erased = TableDefinition("erasures.erased")
    static let suppressed = TableDefinition("erasures.suppressed")
    static let fenced = TableDefinition("erasures.fenced")
    static let holds = TableDefinition("erasures.holds")
    static let registers = TableDefinition("erasures.registers")
    static let keys = TableDefinition("erasures.keys")
    static let copies = TableDefinition("erasures.copies")

    /// The one row of `erasures.keys`; a key may not be empty.
    static let keysRow: [UInt8] = [0]

    /// Makes the projection.
    public init() {}

    /// Enters what an event says.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .erasureRequested(let message): try requested(message, event, &rows)
        case .erasureWithdrawn(let message): try withdrawn(identifier(message.order), event, &rows)
        case .erasureBegun(let message):
            let subject: SubjectID = try identifier(message.erased.subject)
            try set(.begun, of: subject, in: identifier(message.order), event, &rows)
        case .subjectErased(let message): try erased(message, event, &rows)
        case .erasureCompleted(let message):
            try change(identifier(message.order), &rows) { order in
                order.purged = event.position
                if !message.open { order.ended = event.position }
            }
        case .keysRotated(let message): keysChanged(message.generation, event, &rows)
        case .keyCopied(let message):
            let row = Self.generationRow(message.generation, event)
            rows.put(row, for: [UInt8](message.place), in: Self.copies)
        case .suppressionLifted(let message): try lifted(message, &rows)
        case .holdPlaced(let message):
            rows.put(Self.position(event), for: try identifier(message.subject, SubjectID.self).bytes, in: Self.holds)
        case .holdLifted(let message):
            rows.delete(try identifier(message.subject, SubjectID.self).bytes, in: Self.holds)
        case .registerPlaced(let message):
            if message.external {
                rows.put([UInt8](), for: event.base.bytes, in: Self.registers)
            } else {
                rows.delete(event.base.bytes, in: Self.registers)
            }
        default: break
        }
    }

    private func requested(
        _ message: Syncd_Events_ErasureRequested,
        _ event: DecodedEvent,
        _ rows: inout Rows
    ) throws {
        let order = ErasureOrder(
            id: try identifier(message.order),
            base: event.base,
            requestedAt: event.position,
            requested: event.recorded.recordedAt,
            due: Timestamp(microseconds: message.due),
            groups: message.groups.map { UInt16(truncatingIfNeeded: $0) }
        )
        rows.put(order.row, for: order.id.bytes, in: Self.orders)
        for subject in try identifiers(message.subjects) as [SubjectID] {
            set(.queued, of: subject, in: order.id, event, &rows)
        }
    }

    private func withdrawn(_ order: OrderID, _ event: DecodedEvent, _ rows: inout Rows) throws {
        guard let row = try rows.value(for: order.bytes, in: Self.orders) else { return }
        var withdrawn = try ErasureOrder(order, row)
        withdrawn.ended = event.position
        withdrawn.isWithdrawn = true
        rows.put(withdrawn.row, for: order.bytes, in: Self.orders)
    }

    private func erased(_ message: Syncd_Events_SubjectErased, _ event: DecodedEvent, _ rows: inout Rows) throws {
        let subject: SubjectID = try identifier(message.erased.subject)
        try set(.erased, of: subject, in: identifier(message.order), event, &rows)
        keysChanged(message.generation, event, &rows)
        guard message.erased.groups.isEmpty else {
            for group in message.erased.groups {
                let key = subject.bytes + Self.number(UInt16(truncatingIfNeeded: group))
                rows.put(Self.position(event), for: key, in: Self.fenced)
            }
            return
        }
        for base in Set(message.erased.told.map(\.base)) {
            rows.put([UInt8](), for: [UInt8](base) + Self.position(event) + subject.bytes, in: Self.erased)
        }
        rows.delete(subject.bytes, in: Self.holds)
        for (key, _) in try rows.rows(prefix: subject.bytes, in: Self.fenced) { rows.delete(key, in: Self.fenced) }
        guard message.erased.suppression.count == 32 else { return }
        var row = RowWriter()
        row.append(event.base)
        row.append(UInt8(truncatingIfNeeded: message.erased.kind))
        row.append(event.position)
        rows.put(row.bytes, for: [UInt8](message.erased.source + message.erased.suppression), in: Self.suppressed)
    }

    private func lifted(_ message: Syncd_Events_SuppressionLifted, _ rows: inout Rows) throws {
        if !message.suppression.isEmpty {
            rows.delete([UInt8](message.source + message.suppression), in: Self.suppressed)
        }
        for group in message.groups {
            let subject: SubjectID = try identifier(message.subject)
            rows.delete(subject.bytes + Self.number(UInt16(truncatingIfNeeded: group)), in: Self.fenced)
        }
    }

    private func set(
        _ state: ErasureState,
        of subject: SubjectID,
        in order: OrderID,
        _ event: DecodedEvent,
        _ rows: inout Rows
    ) {
        let row = [state.rawValue] + Self.position(event)
        rows.put(row, for: subject.bytes + order.bytes, in: Self.subjects)
    }

    private func change(_ order: OrderID, _ rows: inout Rows, _ body: (inout ErasureOrder) -> Void) throws {
        guard let row = try rows.value(for: order.bytes, in: Self.orders) else { return }
        var changed = try ErasureOrder(order, row)
        body(&changed)
        rows.put(changed.row, for: order.bytes, in: Self.orders)
    }

    private func keysChanged(_ generation: UInt32, _ event: DecodedEvent, _ rows: inout Rows) {
        rows.put(Self.generationRow(generation, event), for: Self.keysRow, in: Self.keys)
    }

    private static func generationRow(_ generation: UInt32, _ event: DecodedEvent) -> [UInt8] {
        var row = RowWriter()
        row.append(generation)
        row.append(event.position)
        row.append(event.recorded.recordedAt.microseconds)
        return row.bytes
    }

    private static func position(_ event: DecodedEvent) -> [UInt8] {
        withUnsafeBytes(of: event.position.rawValue.bigEndian) { [UInt8]($0) }
    }

    static func number(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}
