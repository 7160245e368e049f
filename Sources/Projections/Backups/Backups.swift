import EventLog
import Events
import Identifiers
import School

/// Where backups of the store lie and how old they are, and when the log's epochs began.
///
/// ```
/// backups         target 16 → `Backup.row`
/// backups.epochs  epoch 4 → position 8, the last position of the epoch before 8, isConfirmed 1
/// ```
public struct Backups: Projection {
    /// Its name.
    public let name = "backups"
    /// Its version.
    public let version: UInt32 = 1
    /// Backups, and restores from them.
    public let types: [EventType] = [
        .backupTaken, .backupVerified, .backupKeysRenewed, .backupForgotten, .epochBegan, .restoreConfirmed,
    ]
    /// Its tables.
    public let tables = [Self.targets, Self.epochs]

    static let targets = TableDefinition("backups")
    static let epochs = TableDefinition("backups.epochs")

    /// Makes the projection.
    public init() {}

    /// Enters what an event says.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        let at = event.recorded.recordedAt
        switch event.payload {
        case .backupTaken(let message):
            try change(identifier(message.target), &rows) { backup in
                backup.folder = message.folder
                backup.taken = at
                backup.through = Position(message.through)
                backup.generation = message.generation
            }
        case .backupVerified(let message):
            try change(identifier(message.target), &rows) { backup in
                backup.verified = at
                backup.verifiedThrough = Position(message.through)
                backup.isSound = message.sound
            }
        case .backupKeysRenewed(let message):
            try change(identifier(message.target), &rows) { $0.generation = message.generation }
        case .backupForgotten(let message):
            rows.delete(try identifier(message.target, SubjectID.self).bytes, in: Self.targets)
        case .epochBegan(let message):
            let epoch = Epoch(number: message.epoch, began: event.position, through: Position(message.through))
            rows.put(epoch.row, for: Self.key(message.epoch), in: Self.epochs)
        case .restoreConfirmed(let message):
            guard let row = try rows.value(for: Self.key(message.epoch), in: Self.epochs) else { return }
            var epoch = try Epoch(message.epoch, row)
            epoch.isConfirmed = true
            rows.put(epoch.row, for: Self.key(message.epoch), in: Self.epochs)
        default: break
        }
    }

    private static func key(_ epoch: UInt32) -> [UInt8] { withUnsafeBytes(of: epoch.bigEndian) { [UInt8]($0) } }

    private func change(_ target: SubjectID, _ rows: inout Rows, _ body: (inout Backup) -> Void) throws {
        var backup =
            try rows.value(for: target.bytes, in: Self.targets).map { try Backup(target, $0) } ?? Backup(target)
        body(&backup)
        rows.put(backup.row, for: target.bytes, in: Self.targets)
    }
}

/// A place that backups are taken to.
public struct Backup: Sendable, Equatable {
    /// Its own id.
    public var target: SubjectID
    /// Where it lay when it was used last; empty for a place that was only ever verified.
    public var folder = ""
    /// When the last backup was taken; 0 for never.
    public var taken = Timestamp(microseconds: 0)
    /// The last position that it has.
    public var through = Position.origin
    /// The generation of keys that lies there.
    public var generation: UInt32 = 0
    /// When it was verified last; 0 for never.
    public var verified = Timestamp(microseconds: 0)
    /// The last position that was verified.
    public var verifiedThrough = Position.origin
    /// Whether nothing was wrong then.
    public var isSound = false

    /// True when what was taken last has been verified since, and was sound.
    public var isVerified: Bool { isSound && verifiedThrough >= through }

    init(_ target: SubjectID) { self.target = target }

    init(_ target: SubjectID, _ row: [UInt8]) throws {
        self.target = target
        var reader = RowReader(row, of: Backups.targets.name)
        folder = try reader.text()
        taken = Timestamp(microseconds: try reader.next())
        through = try reader.position()
        generation = try reader.next()
        verified = Timestamp(microseconds: try reader.next())
        verifiedThrough = try reader.position()
        isSound = try reader.next(UInt8.self) == 1
    }

    var row: [UInt8] {
        var row = RowWriter()
        row.append(folder)
        row.append(taken.microseconds)
        row.append(through)
        row.append(generation)
        row.append(verified.microseconds)
        row.append(verifiedThrough)
        row.append(UInt8(isSound ? 1 : 0))
        return row.bytes
    }
}

/// An epoch that a restore has begun.
public struct Epoch: Sendable, Equatable {
    /// Its number.
    public var number: UInt32
    /// Its first event.
    public var began: Position
    /// The last position that was restored.
    public var through: Position
    /// Whether somebody has said that what was lost has been decided again.
    public var isConfirmed = false

    init(number: UInt32, began: Position, through: Position) {
        (self.number, self.began, self.through) = (number, began, through)
    }

    init(_ number: UInt32, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: Backups.epochs.name)
        self.init(number: number, began: try reader.position(), through: try reader.position())
        isConfirmed = try reader.next(UInt8.self) == 1
    }

    var row: [UInt8] {
        var row = RowWriter()
        row.append(began)
        row.append(through)
        row.append(UInt8(isConfirmed ? 1 : 0))
        return row.bytes
    }
}

extension Snapshot {
    /// The places that backups are taken to, in the order of their ids.
    public func backups() throws -> [Backup] {
        var found: [Backup] = []
        try scan(Backups.targets.name, prefix: []) { key, row in
            found.append(try Backup(SubjectID(reading: key), [UInt8](row)))
            return true
        }
        return found
    }

    /// The epoch that the last restore has begun; nil for a store that was never restored.
    public func restoredEpoch() throws -> Epoch? {
        var last: Epoch?
        try scan(Backups.epochs.name, prefix: []) { key, row in
            let number = key.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            last = try Epoch(number, [UInt8](row))
            return true
        }
        return last
    }
}
