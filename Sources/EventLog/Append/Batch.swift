import Identifiers

/// Events that become durable together or not at all, and are never seen in part.
public struct Batch: Sendable {
    /// Names this append for ever: repeating it with the same content is safe and answers the first outcome.
    public var command: CommandID
    /// Who caused it.
    public var actor: ActorID
    /// When, as read from the caller's clock.
    public var recordedAt: Timestamp
    /// The events, in order; at most 65,535.
    public var events: [NewEvent]
    /// What must hold of streams at the instant of the append.
    public var conditions: [StreamCondition]

    /// Makes a batch.
    public init(
        command: CommandID,
        actor: ActorID,
        recordedAt: Timestamp,
        events: [NewEvent],
        conditions: [StreamCondition] = []
    ) {
        self.command = command
        self.actor = actor
        self.recordedAt = recordedAt
        self.events = events
        self.conditions = conditions
    }
}

/// An event that is not in the log yet.
public struct NewEvent: Sendable, Equatable {
    /// What happened.
    public var type: EventTypeNumber
    /// Version of the payload's schema.
    public var schemaVersion: UInt16
    /// The base whose tree the event goes into.
    public var base: BaseID
    /// The stream it belongs to.
    public var stream: StreamID
    /// The event that led to this one; the origin for none.
    public var cause: Position
    /// Payload in clear: no personal data.
    public var open: [UInt8]
    /// Payload to be sealed, one part a person and data class.
    public var parts: [NewPart]

    /// Makes an event.
    public init(
        type: EventTypeNumber,
        schemaVersion: UInt16 = 1,
        base: BaseID,
        stream: StreamID,
        cause: Position = .origin,
        open: [UInt8] = [],
        parts: [NewPart] = []
    ) {
        self.type = type
        self.schemaVersion = schemaVersion
        self.base = base
        self.stream = stream
        self.cause = cause
        self.open = open
        self.parts = parts
    }
}

/// Data of one person and class, before sealing.
public struct NewPart: Sendable, Equatable {
    /// Whose data it is.
    public var subject: SubjectID
    /// The class of the key.
    public var dataClass: DataClass
    /// What is sealed.
    public var plaintext: [UInt8]

    /// Makes a part.
    public init(subject: SubjectID, dataClass: DataClass, plaintext: [UInt8]) {
        self.subject = subject
        self.dataClass = dataClass
        self.plaintext = plaintext
    }
}

/// What must hold of one stream, written to or not, at the instant of the append.
public struct StreamCondition: Sendable, Equatable {
    /// The stream.
    public var stream: StreamID
    /// The version its last event must have; 0 for a stream without events.
    public var version: UInt64

    /// Makes a condition.
    public init(stream: StreamID, version: UInt64) {
        self.stream = stream
        self.version = version
    }
}

/// The answer to an append: durable on return.
public struct Appended: Sendable, Equatable {
    /// The position of the batch's first event.
    public var first: Position
    /// How many events it has.
    public var count: Int
    /// True when this command had been appended before and nothing was written now.
    public var repeated: Bool

    /// Makes an answer.
    public init(first: Position, count: Int, repeated: Bool) {
        self.first = first
        self.count = count
        self.repeated = repeated
    }

    /// The position of the batch's last event.
    public var last: Position { Position(first.rawValue + UInt64(count) - 1) }
}
