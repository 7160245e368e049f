/// The place of an event in the log: 1, 2, 3 and so on without a gap.
public struct Position: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The number; 0 stands before the first event.
    public let rawValue: UInt64

    /// Makes a position from its number.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Makes a position from its number.
    @inlinable
    public init(_ number: UInt64) { rawValue = number }

    /// Before the first event; as a cause, "none".
    @inlinable
    public static var origin: Self { Self(0) }

    /// The position after this one.
    @inlinable
    public var next: Self { Self(rawValue + 1) }

    /// True for a place that a log can have, with room for so many events: far more than will ever be written.
    ///
    /// What is read is held to it before it is added to, so that a number that was tampered with is an error, not a trap.
    func isPossible(events: Int) -> Bool {
        rawValue > 0 && rawValue < 1 << 62 && events >= 0 && events <= Int(UInt32.max)
    }

    /// Orders positions.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The number.
    public var description: String { String(rawValue) }
}

/// The number of an event type, as `schemas/events/registry` lists it.
public struct EventTypeNumber: RawRepresentable, Hashable, Sendable {
    /// The number; 0 is no type.
    public let rawValue: UInt16
    /// Makes a type number.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }
}

/// The class of data that a key opens; one to one with a data group (rulings 15).
public struct DataClass: RawRepresentable, Hashable, Comparable, Sendable {
    /// The number.
    public let rawValue: UInt16
    /// Makes a data class.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// Orders classes by number.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
