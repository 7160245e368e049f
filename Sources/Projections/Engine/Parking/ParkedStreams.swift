import EventLog
import Identifiers
import LMDB

/// Streams that wait, each from an event on that could not be applied: what a transaction knows and changes of them.
///
/// ```
/// engine.parked  stream 16, position 8 → kind 1 (1 could not be applied, 2 waits behind it), position of the
///                EventParked 8 (0 not told yet), projection, reason (texts; empty once told)
/// ```
struct ParkedStreams {
    /// A row.
    struct Entry: Equatable {
        enum Kind: UInt8 {
            case failed = 1
            case waits = 2
        }

        var kind: Kind
        var toldAt = Position.origin
        var reason = ParkingReason.untold
    }

    static let table = "engine.parked"

    private var streams: [StreamID: [Position: Entry]] = [:]
    private var changed: Set<Key> = []

    private struct Key: Hashable {
        var stream: StreamID
        var position: Position

        var bytes: [UInt8] {
            var writer = RowWriter()
            writer.append(stream)
            writer.append(position)
            return writer.bytes
        }
    }

    /// Reads what waits.
    init(
        of generation: Generation,
        in transaction: borrowing some Transaction & ~Copyable
    ) throws {
        var read: [StreamID: [Position: Entry]] = [:]
        try transaction.scan(generation.table(Self.table)) { key, value in
            var keyReader = RowReader([UInt8](copying: key), of: Self.table)
            let stream: StreamID = try keyReader.identifier()
            let position = try keyReader.position()
            read[stream, default: [:]][position] = try Entry([UInt8](copying: value))
            return true
        }
        streams = read
    }

    /// True when nothing waits: the rule.
    var isEmpty: Bool { streams.isEmpty }

    /// True when a stream waits.
    func holds(_ stream: StreamID) -> Bool { streams[stream] != nil }

    /// What waits of a stream, in order.
    func waiting(in stream: StreamID) -> [Position] { (streams[stream] ?? [:]).keys.sorted() }

    /// Everything that waits, in order of the log.
    var all: [(stream: StreamID, position: Position, entry: Entry)] {
        streams.flatMap { stream, entries in entries.map { (stream, $0.key, $0.value) } }
            .sorted { $0.position < $1.position }
    }

    /// An entry; nil when the event does not wait.
    subscript(_ stream: StreamID, _ position: Position) -> Entry? {
        get { streams[stream]?[position] }
        set {
            streams[stream, default: [:]][position] = newValue
            if streams[stream]?.isEmpty == true { streams[stream] = nil }
            changed.insert(Key(stream: stream, position: position))
        }
    }

    /// Writes what has changed.
    func write(into transaction: inout WriteTransaction, of generation: Generation) throws {
        guard !changed.isEmpty else { return }
        let table = try generation.table(Self.table)
        for key in changed {
            if let entry = streams[key.stream]?[key.position] {
                try transaction.put(entry.row, for: key.bytes, in: table)
            } else {
                try transaction.delete(key.bytes, in: table)
            }
        }
    }
}

extension ParkedStreams.Entry {
    init(_ row: [UInt8]) throws {
        var reader = RowReader(row, of: ParkedStreams.table)
        kind = Kind(rawValue: try reader.next()) ?? .failed
        toldAt = try reader.position()
        reason = ParkingReason(projection: try reader.text(), text: try reader.text())
    }

    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(kind.rawValue)
        writer.append(toldAt)
        writer.append(reason.projection)
        writer.append(reason.text)
        return writer.bytes
    }
}
