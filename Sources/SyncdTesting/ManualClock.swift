import Identifiers
import Synchronization

/// A clock that stands still until it is moved.
public final class ManualClock: Sendable {
    private let microseconds: Mutex<Int64>

    /// Begins at an instant; 2 September 2024, 08:00 UTC, by default.
    public init(at start: Timestamp = Timestamp(microseconds: 1_725_264_000_000_000)) {
        microseconds = Mutex(start.microseconds)
    }

    /// The instant at which it stands.
    public var now: Timestamp { Timestamp(microseconds: microseconds.withLock { $0 }) }

    /// Moves it, backward too.
    public func advance(seconds: Double) {
        microseconds.withLock { $0 += Int64(seconds * 1_000_000) }
    }
}
