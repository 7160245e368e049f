import Identifiers
import LMDB
import Sealing

extension EventLog {
    /// Visits the events that a query asks for, in bounded memory, never past the durable end.
    ///
    /// - Parameters:
    ///   - query: which events, in what order, opened or closed.
    ///   - visit: takes an event; answers false to stop.
    /// - Throws: `closed`, `recordDamaged`, `blockDamaged`, or what the visitor throws. A visitor must not close the log.
    public func read(_ query: LogQuery, _ visit: (RecordedEvent) throws -> Bool) throws {
        try gate.read {
            guard let acknowledged else { return try reader.read(query, visit) }
            try reader.read(query) { event in
                acknowledged(event.position)
                return try visit(event)
            }
        }
    }

    /// Events after a position, opened, in whole batches.
    ///
    /// What was appended lately is answered from memory, without opening it again.
    public func events(after position: Position, limit: Int) throws -> [RecordedEvent] {
        let events = try gate.read { try reader.events(after: position, limit: limit) }
        if let acknowledged, let last = events.last { acknowledged(last.position) }
        return events
    }

    /// Events of some types after a position and up to another, in order, closed.
    public func events(
        of types: [EventTypeNumber],
        after position: Position,
        through end: Position
    ) throws -> [RecordedEvent] {
        guard position < end else { return [] }
        var found: [RecordedEvent] = []
        for type in types {
            try read(LogQuery(from: position.next, through: end, type: type)) { event in
                found.append(event)
                return true
            }
        }
        return found.sorted { $0.position < $1.position }
    }

    /// The event at a position, opened; nil beyond the end.
    public func event(at position: Position) throws -> RecordedEvent? {
        guard position > .origin, position <= durableEnd else { return nil }
        var found: RecordedEvent?
        try read(LogQuery(from: position, through: position, opensParts: true)) { event in
            found = event
            return false
        }
        return found
    }

    /// Follows the log: events after a position, then each as it becomes durable.
    ///
    /// - Parameters:
    ///   - position: the exclusive lower bound, a batch's end or the origin.
    ///   - limit: how many events to aim for at a time.
    /// - Throws: `outOfRange` for a position that the log has not reached: it is of another log, or of this one before it
    ///   was restored, and following from there would leave events out.
    public func subscribe(after position: Position, limit: Int = 10_000) throws -> Subscription {
        let end = durableEnd
        guard position <= end else {
            throw EventLogError(
                .outOfRange,
                "the log ends at \(end), before position \(position) that is to be followed: begin again from a position "
                    + "of this log"
            )
        }
        return Subscription(self, after: position, limit: limit)
    }

    /// Waits on this thread for events beyond a position.
    ///
    /// - Returns: false when the log has been closed.
    public func wait(beyond position: Position, milliseconds: Int) -> Bool {
        announcer.wait(beyond: position, milliseconds: milliseconds)
    }

    /// The version that a stream's next event must not have yet: how many events the stream has now.
    public func version(of stream: StreamID) throws -> UInt64 {
        try gate.read {
            let last = try reader.lastPosition(of: stream, upTo: durableEnd)
            return last == .origin ? 0 : try reader.withRecord(at: last) { $0.leaf.streamVersion }
        }
    }

    /// The last position recorded at or before a time, as their clocks read (log.md section 5).
    public func lastPosition(at time: Timestamp) throws -> Position {
        var found = Position.origin
        let query = LogQuery(times: Timestamp(microseconds: .min)...time, direction: .backward)
        try read(query) { event in
            found = event.position
            return false
        }
        return found
    }

    /// SHA-256 of the leaf at a position; nil beyond the end.
    public func leafHash(at position: Position) throws -> [UInt8]? {
        guard position > .origin, position <= durableEnd else { return nil }
        return try gate.read {
            try reader.withRecord(at: position) { record in
                var hash = SHA256()
                return hash.merkleLeaf(record.leaf.bytes).bytes
            }
        }
    }

    /// The 208 bytes of the leaf at a position: what a tree hashes, and a proof shows; nil beyond the end.
    public func leaf(at position: Position) throws -> [UInt8]? {
        guard position > .origin, position <= durableEnd else { return nil }
        return try gate.read { try reader.withRecord(at: position) { $0.leaf.copied } }
    }

    /// HMAC-SHA-256 of bytes under a subject's data key; nil when there is no such key.
    public func keyedHash(of bytes: [UInt8], subject: SubjectID, dataClass: DataClass) throws -> [UInt8]? {
        try gate.read {
            keys.withKeys { keys in
                guard let slot = keys.find(subject, dataClass) else { return nil }
                var hmac = HMAC()
                return bytes.withUnsafeBytes { hmac.code(of: $0, key: keys.bytes(slot)) }.bytes
            }
        }
    }
}

extension EventLog {
    /// Readers of the log's file that began longer ago than so many seconds; slots of dead ones are freed first.
    public func longReaders(olderThan seconds: Double) throws -> [OpenReader] {
        try file.environment.clearDeadReaders()
        return file.environment.readers(olderThan: seconds)
    }
}
