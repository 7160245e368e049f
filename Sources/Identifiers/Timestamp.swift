/// An instant: microseconds since 1970-01-01 UTC, signed, as a clock that the caller passes in has read it.
///
/// Order in the log is by position alone; a timestamp is shown and searched, never used as a cursor.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    /// Makes an instant from microseconds since 1970-01-01 UTC.
    @inlinable
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Orders instants in time.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}

extension Identifier where Kind == Kinds.Command {
    /// A UUID version 7: ordered by time, so that the index of command ids grows at its end.
    ///
    /// - Parameters:
    ///   - time: the instant, whose milliseconds lead.
    ///   - generator: the source of the 74 random bits.
    public static func timeOrdered(at time: Timestamp, using generator: inout some RandomNumberGenerator) -> Self {
        let milliseconds = UInt64(bitPattern: max(0, time.microseconds / 1000)) & 0xFFFF_FFFF_FFFF
        let high = milliseconds << 16 | 0x7000 | UInt64(generator.next() as UInt16) & 0x0FFF
        let low = 0x8000_0000_0000_0000 | (generator.next() as UInt64) >> 2
        return Self(high: high, low: low)
    }
}
