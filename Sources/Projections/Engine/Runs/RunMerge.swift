/// Goes through several sorted runs as through one: key by key in order, the writes to one key oldest first.
///
/// A heap holds where each run stands, by the first 24 bytes of the key there, so that comparing seldom looks into the
/// runs themselves.
struct RunMerge {
    /// Where a run stands.
    private struct Head {
        var high: UInt64
        var middle: UInt64
        var low: UInt64
        var keyCount: Int
        var run: Int
        /// Where the write begins, and where the run ends.
        var offset: Int
        var end: Int
    }

    private let bytes: UnsafeRawBufferPointer
    private var heap: [Head] = []

    /// Begins at the runs' first keys.
    ///
    /// - Parameters:
    ///   - bytes: the file of the runs; it must outlive the merge.
    ///   - runs: where the writes of each run lie, oldest run first.
    init(_ bytes: UnsafeRawBufferPointer, _ runs: [Range<Int>]) {
        self.bytes = bytes
        for (number, run) in runs.enumerated() where !run.isEmpty {
            heap.append(head(of: number, at: run.lowerBound, run.upperBound))
        }
        for place in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }

    /// Gathers the writes to the next key; nil at the end.
    ///
    /// - Parameters:
    ///   - writes: filled with the key's writes, in place of what is in it.
    mutating func next(_ writes: inout [KeyWrite]) -> UnsafeRawBufferPointer? {
        writes.removeAll(keepingCapacity: true)
        guard let first = heap.first else { return nil }
        let key = self.key(first)
        repeat { writes.append(takeFirst()) } while heap.first.map { isKey(key, of: $0, first) } ?? false
        return key
    }

    /// Passes over everything up to a key, the key itself included.
    mutating func skip(through key: [UInt8]) {
        var writes: [KeyWrite] = []
        while let first = heap.first, !key.withUnsafeBytes({ $0.lexicographicallyPrecedes(self.key(first)) }) {
            _ = next(&writes)
        }
    }

    /// Takes the write on which the foremost run stands, and moves that run on.
    private mutating func takeFirst() -> KeyWrite {
        let head = heap[0]
        let valueCount = valueCount(at: head.offset)
        let start = head.offset + SortedRuns.writeHeadBytes + head.keyCount
        let write = KeyWrite(
            operation: KeyWrite.Operation(rawValue: bytes[head.offset + 2]) ?? .put,
            value: UnsafeRawBufferPointer(rebasing: bytes[start..<start + valueCount])
        )
        let next = start + valueCount
        if next < head.end {
            heap[0] = self.head(of: head.run, at: next, head.end)
        } else if let last = heap.popLast(), !heap.isEmpty {
            heap[0] = last
        }
        sink(0)
        return write
    }

    private func head(of run: Int, at offset: Int, _ end: Int) -> Head {
        let keyCount = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)))
        let start = offset + SortedRuns.writeHeadBytes
        let key = UnsafeRawBufferPointer(rebasing: bytes[start..<start + keyCount])
        return Head(
            high: key.word(at: 0),
            middle: key.word(at: 8),
            low: key.word(at: 16),
            keyCount: keyCount,
            run: run,
            offset: offset,
            end: end
        )
    }

    private func key(_ head: Head) -> UnsafeRawBufferPointer {
        let start = head.offset + SortedRuns.writeHeadBytes
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + head.keyCount])
    }

    private func valueCount(at offset: Int) -> Int {
        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 3, as: UInt32.self)))
    }

    private func isKey(_ key: UnsafeRawBufferPointer, of head: Head, _ first: Head) -> Bool {
        head.high == first.high && head.middle == first.middle && head.low == first.low
            && head.keyCount == first.keyCount && (head.keyCount <= 24 || haveEqualBytes(self.key(head), key))
    }

    private func precedes(_ left: Head, _ right: Head) -> Bool {
        if left.high != right.high { return left.high < right.high }
        if left.middle != right.middle { return left.middle < right.middle }
        if left.low != right.low { return left.low < right.low }
        if left.keyCount > 24 || right.keyCount > 24 {
            let (leftKey, rightKey) = (key(left), key(right))
            if leftKey.lexicographicallyPrecedes(rightKey) { return true }
            if rightKey.lexicographicallyPrecedes(leftKey) { return false }
        } else if left.keyCount != right.keyCount {
            return left.keyCount < right.keyCount
        }
        return left.run < right.run
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            let left = place * 2 + 1
            guard left < heap.count else { return }
            let right = left + 1
            let least = right < heap.count && precedes(heap[right], heap[left]) ? right : left
            guard precedes(heap[least], heap[place]) else { return }
            heap.swapAt(least, place)
            place = least
        }
    }
}
