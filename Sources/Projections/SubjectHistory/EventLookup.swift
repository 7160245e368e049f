import EventLog

/// Finds single events by their place: what a subject's own history costs, instead of the log.
public protocol EventLookup: Sendable {
    /// The event at a position, opened as far as its keys exist; nil beyond the durable end.
    ///
    /// - Throws: what reading the log throws.
    func event(at position: Position) throws -> RecordedEvent?
}

extension EventLog: EventLookup {
    /// The event at a position, opened; nil beyond the durable end.
    public func event(at position: Position) throws -> RecordedEvent? {
        guard position > .origin, position <= durableEnd else { return nil }
        var found: RecordedEvent?
        try read(LogQuery(from: position, through: position, opensParts: true)) { event in
            found = event
            return false
        }
        return found
    }
}
