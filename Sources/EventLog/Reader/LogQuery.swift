import Identifiers

/// Which events to read, and in what order.
public struct LogQuery: Sendable, Equatable {
    /// The order of reading.
    public enum Direction: Sendable {
        /// Oldest first.
        case forward
        /// Newest first.
        case backward
    }

    /// The first position wanted.
    public var from: Position
    /// The last position wanted; nil for the durable end at the moment of asking.
    public var through: Position?
    /// Only events of this base.
    public var base: BaseID?
    /// Only events of this type.
    public var type: EventTypeNumber?
    /// Only events of this stream.
    public var stream: StreamID?
    /// Only events recorded in this span of time, as their clocks read.
    public var times: ClosedRange<Timestamp>?
    /// Oldest or newest first.
    public var direction: Direction
    /// Opens the sealed parts of what is returned.
    public var opensParts: Bool

    /// Makes a query; without arguments it is all events, oldest first, closed.
    public init(
        from: Position = Position(1),
        through: Position? = nil,
        base: BaseID? = nil,
        type: EventTypeNumber? = nil,
        stream: StreamID? = nil,
        times: ClosedRange<Timestamp>? = nil,
        direction: Direction = .forward,
        opensParts: Bool = false
    ) {
        self.from = from
        self.through = through
        self.base = base
        self.type = type
        self.stream = stream
        self.times = times
        self.direction = direction
        self.opensParts = opensParts
    }

    /// True when a leaf is among what is asked for.
    func matches(_ leaf: LeafView) -> Bool {
        if let base, leaf.base != base { return false }
        if let type, leaf.type != type { return false }
        if let stream, leaf.stream != stream { return false }
        if let times, !times.contains(leaf.recordedAt) { return false }
        return true
    }
}
