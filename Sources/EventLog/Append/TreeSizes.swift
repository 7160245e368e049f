import Identifiers

/// How many events the tree of each base has: open addressing over one flat array.
///
/// Every event of a batch asks for its base and counts it. Base ids are random, so their own bits are the hash; hashing
/// them again in a dictionary cost more than the rest of giving an event its place.
struct TreeSizes {
    private struct Slot {
        var high: UInt64
        var low: UInt64
        var size: UInt64
    }

    private static let empty = Slot(high: 0, low: 0, size: 0)
    private var slots: ContiguousArray<Slot>
    private var used = 0

    /// Makes an empty table, large enough for an authority's few hundred schools.
    init() {
        slots = ContiguousArray(repeating: Self.empty, count: 1 << 10)
    }

    /// The size of a base's tree; 0 for a base without events.
    subscript(base: BaseID) -> UInt64 {
        get { slots[index(of: base)].size }
        set {
            let found = index(of: base)
            if slots[found].high | slots[found].low == 0 { used += 1 }
            slots[found] = Slot(high: base.high, low: base.low, size: newValue)
            if used * 2 > slots.count { grow() }
        }
    }

    /// Every base that was set, in the order of their ids.
    var sorted: [(base: BaseID, size: UInt64)] {
        slots.lazy.filter { $0.high | $0.low != 0 }
            .map { (base: BaseID(high: $0.high, low: $0.low), size: $0.size) }
            .sorted { $0.base < $1.base }
    }

    private func index(of base: BaseID) -> Int {
        let mask = slots.count - 1
        var index = Int(truncatingIfNeeded: base.low ^ base.high >> 17) & mask
        while slots[index].high | slots[index].low != 0
            && (slots[index].high != base.high || slots[index].low != base.low)
        {
            index = (index + 1) & mask
        }
        return index
    }

    private mutating func grow() {
        let old = slots
        slots = ContiguousArray(repeating: Self.empty, count: old.count * 2)
        for slot in old where slot.high | slot.low != 0 {
            slots[index(of: BaseID(high: slot.high, low: slot.low))] = slot
        }
    }
}
