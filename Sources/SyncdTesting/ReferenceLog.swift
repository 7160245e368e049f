import EventLog
import Identifiers
import Sealing
import Synchronization

/// A log in memory, written as plainly as can be: the judge of the real one, and the source of projection tests.
///
/// Nothing is sealed; a person's keys can be destroyed, after which her parts say nothing.
public final class ReferenceLog: EventSource {
    /// Why an append was refused.
    public enum Refusal: Error, Equatable {
        /// A stream does not have the version that a condition names.
        case versionConflict
        /// The command was appended before, with other events.
        case repeatedWithOtherContent
    }

    private struct Content {
        var events: [RecordedEvent] = []
        var streams: [StreamID: [Position]] = [:]
        var treeSizes: [BaseID: UInt64] = [:]
        var commands: [CommandID: (batch: [NewEvent], answer: Appended)] = [:]
        var destroyed: Set<SubjectID> = []
    }

    private let content = Mutex(Content())
    /// The log's identity.
    public let logID: LogID
    /// The log's epoch.
    public let epoch: UInt32

    /// Makes an empty log.
    public init(logID: LogID = LogID(high: 1, low: 1), epoch: UInt32 = 1) {
        self.logID = logID
        self.epoch = epoch
    }

    /// The last position.
    public var durableEnd: Position { content.withLock { Position(UInt64($0.events.count)) } }

    /// Positions at which batches end, in order.
    public var batchEnds: [Position] { content.withLock { $0.events.filter(\.endsBatch).map(\.position) } }

    /// Appends a batch, or answers as before when its command was appended before.
    @discardableResult
    public func append(_ batch: Batch) throws -> Appended {
        try content.withLock { content in
            if let before = content.commands[batch.command] {
                guard before.batch == batch.events else { throw Refusal.repeatedWithOtherContent }
                return Appended(first: before.answer.first, count: before.answer.count, repeated: true)
            }
            for condition in batch.conditions
            where UInt64(content.streams[condition.stream, default: []].count) != condition.version {
                throw Refusal.versionConflict
            }
            let answer = Appended(
                first: Position(UInt64(content.events.count) + 1),
                count: batch.events.count,
                repeated: false
            )
            for (index, event) in batch.events.enumerated() { record(event, index, of: batch, in: &content) }
            content.commands[batch.command] = (batch.events, answer)
            return answer
        }
    }

    /// Destroys every key of a person.
    public func destroyKeys(of subject: SubjectID) {
        content.withLock { _ = $0.destroyed.insert(subject) }
    }

    /// Events after a position, in whole batches.
    public func events(after position: Position, limit: Int) throws -> [RecordedEvent] {
        content.withLock { content in
            var found: [RecordedEvent] = []
            for event in content.events[Int(position.rawValue)...] {
                found.append(Self.opened(event, content.destroyed))
                if found.count >= limit && event.endsBatch { break }
            }
            return found
        }
    }

    /// Events of some types after a position and up to another, closed or not as `events(after:limit:)` has them.
    public func events(
        of types: [EventTypeNumber],
        after position: Position,
        through end: Position
    ) throws -> [RecordedEvent] {
        content.withLock { content in
            content.events.filter { types.contains($0.type) && $0.position > position && $0.position <= end }
        }
    }

    /// The event at a position; nil beyond the end.
    public func event(at position: Position) throws -> RecordedEvent? {
        content.withLock { content in
            guard position > .origin, position.rawValue <= content.events.count else { return nil }
            return Self.opened(content.events[Int(position.rawValue) - 1], content.destroyed)
        }
    }

    /// SHA-256 over what identifies an event; not the real log's leaf, but as good for telling events apart.
    public func leafHash(at position: Position) throws -> [UInt8]? {
        content.withLock { content in
            guard position > .origin, position.rawValue <= content.events.count else { return nil }
            let event = content.events[Int(position.rawValue) - 1]
            var bytes = event.base.bytes + event.stream.bytes + event.command.bytes + event.actor.bytes + event.open
            for number in [event.position.rawValue, event.streamVersion, UInt64(event.type.rawValue)] {
                withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
            }
            var hash = SHA256()
            return hash.digest(of: bytes).bytes
        }
    }

    /// HMAC under a key that follows from the log, the subject and the class; nil once the keys are destroyed.
    public func keyedHash(of bytes: [UInt8], subject: SubjectID, dataClass: DataClass) throws -> [UInt8]? {
        if content.withLock({ $0.destroyed.contains(subject) }) { return nil }
        let key = logID.bytes + subject.bytes + withUnsafeBytes(of: dataClass.rawValue.bigEndian) { [UInt8]($0) }
        var hmac = HMAC()
        return bytes.withUnsafeBytes { bytes in key.withUnsafeBytes { hmac.code(of: bytes, key: $0) } }.bytes
    }

    private func record(_ event: NewEvent, _ index: Int, of batch: Batch, in content: inout Content) {
        let position = Position(UInt64(content.events.count) + 1)
        let stream = content.streams[event.stream, default: []]
        let treeIndex = content.treeSizes[event.base, default: 0]
        let parts = event.parts.map { part in
            RecordedPart(
                keyID: KeyID(high: part.subject.low, low: UInt64(part.dataClass.rawValue)),
                generation: 1,
                dataClass: part.dataClass,
                sealedLength: part.plaintext.count + 16,
                subject: part.subject,
                plaintext: part.plaintext
            )
        }
        content.events.append(
            RecordedEvent(
                position: position,
                type: event.type,
                schemaVersion: event.schemaVersion,
                base: event.base,
                stream: event.stream,
                streamVersion: UInt64(stream.count) + 1,
                previousInStream: stream.last ?? .origin,
                treeIndex: treeIndex,
                actor: batch.actor,
                command: batch.command,
                recordedAt: batch.recordedAt,
                indexInBatch: UInt32(index),
                eventsInBatch: UInt32(batch.events.count),
                cause: event.cause,
                epoch: epoch,
                open: event.open,
                parts: parts
            )
        )
        content.streams[event.stream, default: []].append(position)
        content.treeSizes[event.base] = treeIndex + 1
    }

    private static func opened(_ event: RecordedEvent, _ destroyed: Set<SubjectID>) -> RecordedEvent {
        if destroyed.isEmpty { return event }
        var event = event
        for index in event.parts.indices {
            guard let subject = event.parts[index].subject, destroyed.contains(subject) else { continue }
            event.parts[index].subject = nil
            event.parts[index].plaintext = nil
        }
        return event
    }
}

/// A log seen only up to a position, as it was when it had come no further.
public struct ShortenedSource: EventSource {
    private let source: any EventSource
    /// The last position that is seen.
    public let durableEnd: Position

    /// Shows a source up to a position, which must be a batch's end.
    public init(_ source: any EventSource, to end: Position) {
        self.source = source
        durableEnd = end
    }

    /// The log's identity.
    public var logID: LogID { source.logID }
    /// The log's epoch.
    public var epoch: UInt32 { source.epoch }

    /// Events after a position, none beyond the end.
    public func events(after position: Position, limit: Int) throws -> [RecordedEvent] {
        try source.events(after: position, limit: limit).filter { $0.position <= durableEnd }
    }

    /// Events of some types, none beyond the end.
    public func events(
        of types: [EventTypeNumber],
        after position: Position,
        through end: Position
    ) throws -> [RecordedEvent] {
        try source.events(of: types, after: position, through: min(end, durableEnd))
    }

    /// The event at a position; nil beyond the end.
    public func event(at position: Position) throws -> RecordedEvent? {
        position <= durableEnd ? try source.event(at: position) : nil
    }

    /// The hash of a leaf; nil beyond the end.
    public func leafHash(at position: Position) throws -> [UInt8]? {
        position <= durableEnd ? try source.leafHash(at: position) : nil
    }

    /// As the source's.
    public func keyedHash(of bytes: [UInt8], subject: SubjectID, dataClass: DataClass) throws -> [UInt8]? {
        try source.keyedHash(of: bytes, subject: subject, dataClass: dataClass)
    }
}
