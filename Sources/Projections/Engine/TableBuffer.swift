/// Writes to one table, collected in memory until the batch is committed.
///
/// Random puts into a B-tree cost a page each; sorted ones share pages. So writes are only noted here, one copy of the
/// bytes in an arena, and go to the table sorted by key. The first 24 bytes of a key stand beside it, so that sorting
/// seldom looks into the arena.
final class TableBuffer {
    /// One write; `offset` also tells which of two writes came first.
    private struct Entry {
        var high: UInt64
        var middle: UInt64
        var low: UInt64
        var offset: UInt32
        var valueCount: UInt32
        var keyCount: UInt16
        var operation: KeyWrite.Operation
    }

    private var arena: UnsafeMutableRawBufferPointer
    private var used = 0
    private var entries: [Entry] = []

    init() {
        arena = .allocate(byteCount: 1 << 16, alignment: 8)
    }

    deinit {
        arena.deallocate()
    }

    /// How many writes wait.
    var count: Int { entries.count }

    /// Bytes of memory that waiting writes take.
    var bytes: Int { used + entries.count * MemoryLayout<Entry>.stride }

    /// Notes a write; the value is in two pieces, so that nobody has to join them.
    func note(
        _ operation: KeyWrite.Operation,
        _ key: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        _ tail: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        let needed = key.count + value.count + tail.count
        if used + needed > arena.count { grow(by: needed) }
        let place = UnsafeMutableRawBufferPointer(rebasing: arena[used..<used + needed])
        place.copyMemory(from: key)
        UnsafeMutableRawBufferPointer(rebasing: place[key.count...]).copyMemory(from: value)
        UnsafeMutableRawBufferPointer(rebasing: place[(key.count + value.count)...]).copyMemory(from: tail)
        entries.append(
            Entry(
                high: key.word(at: 0),
                middle: key.word(at: 8),
                low: key.word(at: 16),
                offset: UInt32(used),
                valueCount: UInt32(value.count + tail.count),
                keyCount: UInt16(key.count),
                operation: operation
            )
        )
        used += needed
    }

    /// Hands the writes over key by key in order, those to one key in the order in which they came, and starts afresh.
    func drain(_ body: (_ key: UnsafeRawBufferPointer, _ writes: [KeyWrite]) throws -> Void) rethrows {
        try drainEntries { entries, arena in
            var writes: [KeyWrite] = []
            for (place, entry) in entries.enumerated() {
                writes.append(KeyWrite(operation: entry.operation, value: Self.value(entry, arena)))
                let next = place + 1
                if next < entries.count, Self.sameKey(entry, entries[next], arena) { continue }
                try body(Self.key(entry, arena), writes)
                writes.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Hands each write over by itself, in the order of `drain`, and starts afresh.
    func drainEach(_ body: (_ key: UnsafeRawBufferPointer, _ write: KeyWrite) throws -> Void) rethrows {
        try drainEntries { entries, arena in
            for entry in entries {
                let write = KeyWrite(operation: entry.operation, value: Self.value(entry, arena))
                try body(Self.key(entry, arena), write)
            }
        }
    }

    /// Forgets what waits.
    func discard() {
        entries.removeAll(keepingCapacity: true)
        used = 0
    }

    private func drainEntries(_ body: (_ sorted: [Entry], _ arena: UnsafeRawBufferPointer) throws -> Void) rethrows {
        let memory = UnsafeRawBufferPointer(arena)
        entries.sort { Self.precedes($0, $1, memory) }
        defer { discard() }
        try body(entries, memory)
    }

    private static func key(_ entry: Entry, _ arena: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let start = Int(entry.offset)
        return UnsafeRawBufferPointer(rebasing: arena[start..<start + Int(entry.keyCount)])
    }

    private static func value(_ entry: Entry, _ arena: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let start = Int(entry.offset) + Int(entry.keyCount)
        return UnsafeRawBufferPointer(rebasing: arena[start..<start + Int(entry.valueCount)])
    }

    private static func sameKey(_ left: Entry, _ right: Entry, _ arena: UnsafeRawBufferPointer) -> Bool {
        left.high == right.high && left.middle == right.middle && left.low == right.low
            && left.keyCount == right.keyCount
            && (left.keyCount <= 24 || haveEqualBytes(key(left, arena), key(right, arena)))
    }

    private static func precedes(_ left: Entry, _ right: Entry, _ arena: UnsafeRawBufferPointer) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.middle != right.middle { return left.middle < right.middle }
        if left.low != right.low { return left.low < right.low }
        if left.keyCount > 24 || right.keyCount > 24 {
            let leftKey = key(left, arena)
            let rightKey = key(right, arena)
            if leftKey.lexicographicallyPrecedes(rightKey) { return true }
            if rightKey.lexicographicallyPrecedes(leftKey) { return false }
        } else if left.keyCount != right.keyCount {
            return left.keyCount < right.keyCount
        }
        return left.offset < right.offset
    }

    private func grow(by needed: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(arena.count * 2, used + needed),
            alignment: 8
        )
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: arena[..<used]))
        arena.deallocate()
        arena = larger
    }
}
