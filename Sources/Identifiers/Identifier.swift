/// A random 128-bit identifier that names one kind of thing.
///
/// The kind is a phantom type: a stream cannot be passed where a base is wanted. Identifiers are drawn at random and
/// never derived from a name, a UPN or any other fact about a person.
public struct Identifier<Kind>: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// Makes an identifier from its two halves.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The identifier of nothing: all bits zero.
    @inlinable
    public static var zero: Self { Self(high: 0, low: 0) }

    /// Draws an identifier from a source of randomness that the caller passes in.
    @inlinable
    public static func random(using generator: inout some RandomNumberGenerator) -> Self {
        Self(high: generator.next(), low: generator.next())
    }

    /// The same bits, naming a thing of another kind: a pupil is also the subject of her keys and has a stream.
    @inlinable
    public init<Other>(_ other: Identifier<Other>) {
        self.init(high: other.high, low: other.low)
    }

    /// Orders identifiers as their bytes are ordered.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        left.high != right.high ? left.high < right.high : left.low < right.low
    }
}
