import Identifiers

/// The last event of a stream.
struct StreamHead: Equatable, Sendable {
    /// Its version in the stream; 0 for a stream without events.
    var version: UInt64
    /// Its position.
    var position: Position

    /// The head of a stream without events.
    static let none = StreamHead(version: 0, position: .origin)
}

/// Heads of the streams written or asked for lately: open addressing over one flat array.
///
/// Stream ids are random, so their own bits are the hash. It forgets what the log's file holds once it is large, so
/// that memory stays flat however many streams there are.
struct HeadTable {
    private struct Slot {
        var high: UInt64
        var low: UInt64
        var version: UInt64
        var position: UInt64
    }

    private static let empty = Slot(high: 0, low: 0, version: 0, position: 0)
    /// Slots beyond which applied heads are forgotten: 8 MiB.
    private static let slotsMax = 1 << 18
    private var slots: ContiguousArray<Slot>
    private var used = 0

    init() {
        slots = ContiguousArray(repeating: Self.empty, count: 1 << 10)
    }

    /// The head of a stream, if it is remembered.
    subscript(stream: StreamID) -> StreamHead? {
        let slot = slots[index(of: stream)]
        guard slot.high == stream.high, slot.low == stream.low, slot.high | slot.low != 0 else { return nil }
        return StreamHead(version: slot.version, position: Position(slot.position))
    }

    /// Reads where a search for a stream begins, so that the search itself need not wait for memory.
    func readAhead(_ stream: StreamID) -> UInt64 { slots[firstIndex(of: stream)].high }

    /// Remembers a head.
    mutating func set(_ stream: StreamID, _ head: StreamHead) {
        let found = index(of: stream)
        if slots[found].high | slots[found].low == 0 { used += 1 }
        slots[found] = Slot(
            high: stream.high,
            low: stream.low,
            version: head.version,
            position: head.position.rawValue
        )
        if used * 4 > slots.count * 3 { rebuild(keeping: slots, slots: slots.count * 2) }
    }

    /// Every head that is remembered, in the order of the streams' ids.
    var sorted: [(stream: StreamID, head: StreamHead)] {
        slots.filter { $0.high | $0.low != 0 }
            .sorted { $0.high != $1.high ? $0.high < $1.high : $0.low < $1.low }
            .map { slot in
                let head = StreamHead(version: slot.version, position: Position(slot.position))
                return (StreamID(high: slot.high, low: slot.low), head)
            }
    }

    /// Forgets heads whose events have been applied, once the table is large.
    mutating func trim(applied: Position) {
        guard slots.count > Self.slotsMax || used * 2 > Self.slotsMax else { return }
        let kept = ContiguousArray(slots.lazy.filter { $0.high | $0.low != 0 && $0.position > applied.rawValue })
        rebuild(keeping: kept, slots: max(1 << 10, (kept.count * 2).nextPowerOfTwo))
    }

    private func firstIndex(of stream: StreamID) -> Int {
        Int(truncatingIfNeeded: stream.low ^ stream.high >> 17) & (slots.count - 1)
    }

    private func index(of stream: StreamID) -> Int {
        let mask = slots.count - 1
        var index = firstIndex(of: stream)
        while slots[index].high | slots[index].low != 0
            && (slots[index].high != stream.high || slots[index].low != stream.low)
        {
            index = (index + 1) & mask
        }
        return index
    }

    private mutating func rebuild(keeping kept: ContiguousArray<Slot>, slots count: Int) {
        slots = ContiguousArray(repeating: Self.empty, count: count)
        used = 0
        for slot in kept where slot.high | slot.low != 0 {
            slots[index(of: StreamID(high: slot.high, low: slot.low))] = slot
            used += 1
        }
    }
}

extension Int {
    /// The smallest power of two that is not smaller.
    var nextPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
