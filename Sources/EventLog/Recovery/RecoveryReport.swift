/// What opening a store found, for people to read.
public struct RecoveryReport: Sendable, Equatable {
    /// True when the last close was in order.
    public var wasClean: Bool
    /// Events brought from the write-ahead log into the log's file.
    public var eventsApplied: Int
    /// True when a write was cut short; it had not been acknowledged.
    public var foundTornFrame: Bool

    init(_ outcome: Recovery.Outcome) {
        wasClean = outcome.wasClean
        eventsApplied = outcome.eventsApplied
        foundTornFrame = outcome.foundTornFrame
    }
}
