/// How far the key files are known to have come: remembered outside them, it tells a lost end from a torn one.
///
/// Pages count inside a generation alone: an erasure's new file has fewer than the one before it.
public struct KeyMark: Equatable, Comparable, Sendable {
    /// The generation of keys.
    public var generation: UInt32
    /// How many pages of its file are durable.
    public var pages: UInt32

    /// Makes a mark.
    public init(generation: UInt32, pages: UInt32) {
        self.generation = generation
        self.pages = pages
    }

    /// Nothing is known.
    public static let none = KeyMark(generation: 0, pages: 0)

    /// Orders by generation, then by pages: whatever is known later is greater.
    public static func < (left: Self, right: Self) -> Bool {
        (left.generation, left.pages) < (right.generation, right.pages)
    }
}
