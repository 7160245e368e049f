import Identifiers

/// What a set of a backup holds: written anew after each piece, so that what it names is whole and was read back.
///
/// ```
/// syncd-backup-set 1
/// log 0123456789abcdef0123456789abcdef
/// owner 0123456789abcdef0123456789abcdef
/// epoch 1
/// piece 1 1 50000 12 18874368 0a1b2c3d 64 digits of the last leaf's hash
/// backup 1700000000000000 50000 3
/// check SHA-256 of the lines before
/// ```
/// A piece: its number, first and last position, frames, bytes, CRC of its last frame, SHA-256 of its last leaf. A backup:
/// when it was finished, its last position, the generation of keys. Pieces behind the last backup are of one that was cut
/// off: the next one goes on with them.
public struct BackupManifest: Sendable, Equatable {
    static let format = 1

    /// A file of frames.
    public struct Piece: Sendable, Equatable {
        /// From 1.
        public var number: UInt64
        /// Its events.
        public var positions: ClosedRange<Position>
        var frames: Int
        /// Its length.
        public var bytes: Int
        var lastCRC: UInt32
        var lastLeaf: String
    }

    /// A backup that was finished.
    public struct Finished: Sendable, Equatable {
        /// When.
        public var at: Timestamp
        /// The last position that it has.
        public var through: Position
        /// The generation of keys then.
        public var generation: UInt32
    }

    /// The log.
    public var log: LogID
    /// The base id of the store's own events.
    public var owner: BaseID
    /// The log's epoch when it was backed up.
    public var epoch: UInt32
    /// The pieces, in order.
    public var pieces: [Piece] = []
    /// The backups, in order.
    public var backups: [Finished] = []

    /// The last backup that was finished; nil when none was.
    public var newest: Finished? { backups.last }
    /// The last position of the pieces.
    var end: Position { pieces.last?.positions.upperBound ?? .origin }
    /// The number of frames of all pieces.
    var frames: Int { pieces.reduce(0) { $0 + $1.frames } }

    init(log: LogID, owner: BaseID, epoch: UInt32) {
        (self.log, self.owner, self.epoch) = (log, owner, epoch)
    }

    /// Reads lines; nil when they do not say what a manifest says.
    init?(_ lines: [Substring]) {
        guard lines.count >= 4, lines[0] == "syncd-backup-set \(Self.format)",
            let log = LogID(hex: String(lines[1].dropFirst(4))), let owner = BaseID(hex: String(lines[2].dropFirst(6))),
            let epoch = UInt32(lines[3].dropFirst(6)), epoch > 0
        else { return nil }
        self.init(log: log, owner: owner, epoch: epoch)
        for line in lines.dropFirst(4) {
            let words = line.split(separator: " ")
            switch words.first {
            case "piece":
                guard let piece = Self.piece(words), piece.positions.lowerBound == end.next else { return nil }
                pieces.append(piece)
            case "backup":
                guard let backup = Self.backup(words), backup.through <= end else { return nil }
                backups.append(backup)
            default: return nil
            }
        }
    }

    private static func piece(_ words: [Substring]) -> Piece? {
        guard words.count == 8, let number = UInt64(words[1]), let first = UInt64(words[2]),
            let last = UInt64(words[3]),
            first <= last, let frames = Int(words[4]), let bytes = Int(words[5]), let crc = UInt32(words[6], radix: 16)
        else { return nil }
        return Piece(
            number: number,
            positions: Position(first)...Position(last),
            frames: frames,
            bytes: bytes,
            lastCRC: crc,
            lastLeaf: String(words[7])
        )
    }

    private static func backup(_ words: [Substring]) -> Finished? {
        guard words.count == 4, let at = Int64(words[1]), let through = UInt64(words[2]),
            let generation = UInt32(words[3])
        else { return nil }
        return Finished(at: Timestamp(microseconds: at), through: Position(through), generation: generation)
    }

    /// The lines.
    var lines: [String] {
        var lines = ["syncd-backup-set \(Self.format)", "log \(log.hex)", "owner \(owner.hex)", "epoch \(epoch)"]
        // Each backup behind the piece that it ended with, for people who read it.
        var backups = backups[...]
        func tell(through end: Position) {
            while let next = backups.first, next.through <= end {
                lines.append("backup \(next.at.microseconds) \(next.through) \(next.generation)")
                backups = backups.dropFirst()
            }
        }
        tell(through: .origin)
        for piece in pieces {
            lines.append(
                "piece \(piece.number) \(piece.positions.lowerBound) \(piece.positions.upperBound) \(piece.frames) "
                    + "\(piece.bytes) \(String(piece.lastCRC, radix: 16)) \(piece.lastLeaf)"
            )
            tell(through: piece.positions.upperBound)
        }
        return lines
    }
}
