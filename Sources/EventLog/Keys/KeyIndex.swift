/// An open-addressing index from a hash to a row's number: eight bytes an entry, probed in line.
///
/// An entry is the hash's upper half and the row's number plus one; zero is empty. The half keeps a probe that does not
/// fit from touching its row, which would be a cache miss. Rows are never removed one by one: an erasure makes another
/// table.
struct KeyIndex: ~Copyable {
    private var entries: UnsafeMutablePointer<UInt64>
    private var mask: Int
    private(set) var count = 0

    /// Makes an index with room for so many entries, a power of two.
    init(capacity: Int) {
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: 0, count: capacity)
        mask = capacity - 1
    }

    deinit { entries.deallocate() }

    /// Gives the row with this hash that `fits`, or nil.
    @inline(__always)
    func find(_ hash: UInt64, fits: (Int) -> Bool) -> Int? {
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = entries[place]
            if entry == 0 { return nil }
            if entry >> 32 == hash >> 32 {
                let row = Int(truncatingIfNeeded: entry & 0xFFFF_FFFF) - 1
                if fits(row) { return row }
            }
            place = (place + 1) & mask
        }
    }

    /// The entry at which a search begins: read ahead for many hashes, the waits for memory overlap.
    @inline(__always)
    func firstEntry(_ hash: UInt64) -> UInt64 { entries[Int(truncatingIfNeeded: hash) & mask] }

    /// Grows once to hold so many rows; `hashes` gives a row's hash again.
    mutating func reserve(_ rows: Int, hashes: (Int) -> UInt64) {
        while rows * 8 > (mask + 1) * 7 { grow(hashes) }
    }

    /// Adds a row; `hashes` gives a row's hash again when the index grows, at seven eighths.
    mutating func insert(_ hash: UInt64, row: Int, hashes: (Int) -> UInt64) {
        if (count + 1) * 8 > (mask + 1) * 7 { grow(hashes) }
        place(hash, UInt64(row + 1))
        count += 1
    }

    private func place(_ hash: UInt64, _ number: UInt64) {
        var place = Int(truncatingIfNeeded: hash) & mask
        while entries[place] != 0 { place = (place + 1) & mask }
        entries[place] = hash & 0xFFFF_FFFF_0000_0000 | number
    }

    private mutating func grow(_ hashes: (Int) -> UInt64) {
        let (old, oldCapacity) = (entries, mask + 1)
        entries = .allocate(capacity: 2 * oldCapacity)
        entries.initialize(repeating: 0, count: 2 * oldCapacity)
        mask = 2 * oldCapacity - 1
        for index in 0..<oldCapacity where old[index] != 0 {
            let number = old[index] & 0xFFFF_FFFF
            place(hashes(Int(number) - 1), number)
        }
        old.deallocate()
    }
}
