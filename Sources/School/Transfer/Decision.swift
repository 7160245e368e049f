import EventLog

/// What a rule decided: events to append, what must hold when they are, and a sentence for the person who asked.
public struct Decision: Sendable, Equatable {
    /// The events; none when nothing changes.
    public var events: [NewEvent]
    /// What must hold of streams at the instant of the append.
    public var conditions: [StreamCondition]
    /// What to tell.
    public var message: String

    /// Makes a decision.
    public init(events: [NewEvent], conditions: [StreamCondition] = [], message: String) {
        self.events = events
        self.conditions = conditions
        self.message = message
    }

    /// True when there is nothing to append.
    public var isUnchanged: Bool { events.isEmpty }

    /// Nothing to append, and why.
    public static func unchanged(_ message: String) -> Self { Self(events: [], message: message) }
}
