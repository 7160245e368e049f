import Identifiers

/// An event as it stands in the log, its parts opened where their keys still exist.
public struct RecordedEvent: Sendable, Equatable {
    /// Its place in the log.
    public var position: Position
    /// What happened.
    public var type: EventTypeNumber
    /// Version of the payload's schema.
    public var schemaVersion: UInt16
    /// The base whose tree holds it.
    public var base: BaseID
    /// The stream it belongs to.
    public var stream: StreamID
    /// Its place in the stream, from 1.
    public var streamVersion: UInt64
    /// The stream's event before it; the origin for none.
    public var previousInStream: Position
    /// Its index in its base's tree, from 0.
    public var treeIndex: UInt64
    /// Who caused it.
    public var actor: ActorID
    /// The append call it came in.
    public var command: CommandID
    /// When, as read from the clock.
    public var recordedAt: Timestamp
    /// Its index in its batch, from 0.
    public var indexInBatch: UInt32
    /// How many events its batch has.
    public var eventsInBatch: UInt32
    /// The event that led to it; the origin for none.
    public var cause: Position
    /// The log's epoch.
    public var epoch: UInt32
    /// Payload in clear.
    public var open: [UInt8]
    /// Sealed payload.
    public var parts: [RecordedPart]

    /// True for the last event of its batch: readers and projections stop only here.
    public var endsBatch: Bool { indexInBatch + 1 == eventsInBatch }

    /// Makes a recorded event; the log and test kits do.
    public init(
        position: Position,
        type: EventTypeNumber,
        schemaVersion: UInt16,
        base: BaseID,
        stream: StreamID,
        streamVersion: UInt64,
        previousInStream: Position,
        treeIndex: UInt64,
        actor: ActorID,
        command: CommandID,
        recordedAt: Timestamp,
        indexInBatch: UInt32,
        eventsInBatch: UInt32,
        cause: Position,
        epoch: UInt32,
        open: [UInt8],
        parts: [RecordedPart]
    ) {
        self.position = position
        self.type = type
        self.schemaVersion = schemaVersion
        self.base = base
        self.stream = stream
        self.streamVersion = streamVersion
        self.previousInStream = previousInStream
        self.treeIndex = treeIndex
        self.actor = actor
        self.command = command
        self.recordedAt = recordedAt
        self.indexInBatch = indexInBatch
        self.eventsInBatch = eventsInBatch
        self.cause = cause
        self.epoch = epoch
        self.open = open
        self.parts = parts
    }
}

/// One sealed part of a recorded event.
public struct RecordedPart: Sendable, Equatable {
    /// The key it was sealed under.
    public var keyID: KeyID
    /// The key generation at the time.
    public var generation: UInt32
    /// The class of data.
    public var dataClass: DataClass
    /// Length of the ciphertext with its tag, in bytes.
    public var sealedLength: Int
    /// Whose data it is; nil when the key has been destroyed or the reader did not ask to open parts.
    public var subject: SubjectID?
    /// What was sealed; nil when the key has been destroyed or the reader did not ask to open parts.
    public var plaintext: [UInt8]?

    /// Makes a recorded part.
    public init(
        keyID: KeyID,
        generation: UInt32,
        dataClass: DataClass,
        sealedLength: Int,
        subject: SubjectID?,
        plaintext: [UInt8]?
    ) {
        self.keyID = keyID
        self.generation = generation
        self.dataClass = dataClass
        self.sealedLength = sealedLength
        self.subject = subject
        self.plaintext = plaintext
    }
}
