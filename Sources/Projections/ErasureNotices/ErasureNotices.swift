import EventLog
import Events
import Identifiers
import LMDB
import School

/// Whom each erasure concerns beside the school, and what they answered (ruling 13).
///
/// ```
/// erasure-notices  order 16, subject 16, recipient 16, base 16 → erased at 8, number of groups 2, each 2,
///                  answer 1 (0 none, 1 erased, 2 kept), answered 8, until 4, ground (UTF-8, the rest)
/// erasure-notices.gone  base 16, position 8, subject 16 → kind 1: whole records, for whoever follows changes
/// ```
/// Whether a file has asked already is read from what the recipient was told last.
public struct ErasureNotices: Projection {
    /// Its name.
    public let name = "erasure-notices"
    /// Its version.
    public let version: UInt32 = 1
    /// Receipts and answers.
    public let types: [EventType] = [.subjectErased, .erasureAnswered]
    /// Its tables.
    public let tables = [Self.notices, Self.gone]

    static let notices = TableDefinition("erasure-notices")
    static let gone = TableDefinition("erasure-notices.gone")

    /// Makes the projection.
    public init() {}

    /// Enters whom a receipt names, or what one of them answered.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .subjectErased(let message):
            let subject: SubjectID = try identifier(message.erased.subject)
            if message.erased.groups.isEmpty {
                var key = event.base.bytes
                withUnsafeBytes(of: event.position.rawValue.bigEndian) { key += $0 }
                rows.put([UInt8(truncatingIfNeeded: message.erased.kind)], for: key + subject.bytes, in: Self.gone)
            }
            for told in message.erased.told {
                let row = Self.row(
                    erased: event.position,
                    groups: message.erased.groups.map { UInt16(truncatingIfNeeded: $0) },
                    answer: nil,
                    at: Timestamp(microseconds: 0)
                )
                let key = [UInt8](message.order) + subject.bytes + [UInt8](told.recipient) + [UInt8](told.base)
                rows.put(row, for: key, in: Self.notices)
            }
        case .erasureAnswered(let message):
            for subject in try identifiers(message.subjects) as [SubjectID] {
                let prefix = [UInt8](message.order) + subject.bytes + [UInt8](message.recipient)
                for (key, value) in try rows.rows(prefix: prefix, in: Self.notices) {
                    let known = try ErasureNoticeRow(key, value)
                    let row = Self.row(
                        erased: known.erased,
                        groups: known.groups,
                        answer: message,
                        at: event.recorded.recordedAt
                    )
                    rows.put(row, for: key, in: Self.notices)
                }
            }
        default: break
        }
    }

    private static func row(
        erased: Position,
        groups: [UInt16],
        answer: Syncd_Events_ErasureAnswered?,
        at recorded: Timestamp
    ) -> [UInt8] {
        var row = RowWriter()
        row.append(erased)
        row.append(UInt16(groups.count))
        for group in groups { row.append(group) }
        row.append(UInt8(answer.map { $0.outcome == .kept ? 2 : 1 } ?? 0))
        row.append(recorded.microseconds)
        row.append(UInt32(bitPattern: answer?.until ?? 0))
        return row.bytes + Array((answer?.ground ?? "").utf8)
    }
}

/// A recipient whom an erasure concerns.
public struct ErasureNoticeRow: Sendable, Equatable {
    /// The order.
    public var order: OrderID
    /// Whose data went.
    public var subject: SubjectID
    /// Who has been told of the person.
    public var recipient: RecipientID
    /// By which base.
    public var base: BaseID
    /// Where the receipt stands.
    public var erased: Position
    /// Numbers of the data groups that went; none for the whole record.
    public var groups: [UInt16]
    /// What the recipient answered; nil for nothing yet.
    public var answer: ErasureNotice.Answer?

    init(_ key: [UInt8], _ value: [UInt8]) throws {
        var names = RowReader(key, of: ErasureNotices.notices.name)
        order = try names.identifier()
        subject = try names.identifier()
        recipient = try names.identifier()
        base = try names.identifier()
        var row = RowReader(value, of: ErasureNotices.notices.name)
        erased = try row.position()
        groups = try (0..<(try row.next(UInt16.self))).map { _ in try row.next() }
        let answered = try row.next(UInt8.self)
        let recorded = Timestamp(microseconds: try row.next())
        let until = Int32(bitPattern: try row.next(UInt32.self))
        guard answered > 0 else { return }
        let ground = String(decoding: value[(8 + 2 + 2 * groups.count + 1 + 8 + 4)...], as: UTF8.self)
        answer = ErasureNotice.Answer(
            ground: answered == 2 ? ErasureNotice.Ground(rawValue: ground) ?? .other : nil,
            until: until == 0 ? nil : CalendarDate(dayNumber: until),
            recorded: recorded
        )
    }
}

extension Snapshot {
    /// Whom erasures concern beside the school, of one order or of all, in the order of their ids.
    public func erasureNotices(of order: OrderID? = nil) throws -> [ErasureNoticeRow] {
        var found: [ErasureNoticeRow] = []
        try scan(ErasureNotices.notices.name, prefix: order?.bytes ?? []) { key, value in
            found.append(try ErasureNoticeRow([UInt8](key), [UInt8](value)))
            return true
        }
        return found
    }

    /// Visits the people whose whole records were erased at a base after one position and up to another, in order.
    public func erased(
        at base: BaseID,
        after lower: Position,
        to upper: Position,
        _ visit: (SubjectID, EntityKind?, Position) throws -> Bool
    ) throws {
        var first = RowWriter()
        first.append(base)
        first.append(lower.next)
        try scan(ErasureNotices.gone.name, prefix: base.bytes, from: first.bytes) { key, row in
            let position = Position(UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
            guard position <= upper else { return false }
            let subject = SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[24...]))
            return try visit(subject, EntityKind(rawValue: row[0]), position)
        }
    }

    /// Where a file asked a recipient to erase what a notice is about; nil when none has yet.
    public func asked(_ notice: ErasureNoticeRow) throws -> Position? {
        let key = notice.base.bytes + notice.recipient.bytes + notice.subject.bytes
        guard let row = try value(for: key, in: HashCache.told.name) else { return nil }
        var reader = RowReader(row, of: HashCache.told.name)
        let change = PupilChange(rawValue: try reader.next(UInt8.self))
        let position = try reader.position()
        guard !notice.groups.isEmpty else { return change == .erased ? position : nil }
        guard position > notice.erased else { return nil }
        if change?.isCurrent != true && change != .left { return position }
        let held = try cachedHashes(of: notice.subject, from: notice.base, for: notice.recipient)
        let isCleared = held.keys.allSatisfy { !notice.groups.contains($0.rawValue) }
        return isCleared ? position : nil
    }
}
