/// The generator of all chance here: SplitMix64, the same on every machine and with every version of Swift.
///
/// The standard library may change how it draws from a range; so the few draws that are needed are written here.
public struct SplitMix64: Sendable {
    private var state: UInt64

    /// Makes a generator; `stream` tells apart generators of one seed.
    public init(seed: UInt64, stream: UInt64 = 0) {
        state = seed
        let offset = next()
        state = offset ^ (stream &* 0xD134_2543_DE82_EF95)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to one below `bound`, which is at least 1.
    ///
    /// The bias is below one in 2^32 here.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: ((next() >> 32) &* UInt64(bound)) >> 32)
    }

    /// A number within a range.
    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    /// True so many times in a thousand.
    mutating func chance(_ perThousand: Int) -> Bool {
        below(1000) < perThousand
    }

    /// One element of a list that is not empty.
    mutating func pick<Element>(_ list: [Element]) -> Element {
        list[below(list.count)]
    }
}
