/// One write to a key of a table; its value lies in the memory of whoever hands it over.
struct KeyWrite {
    /// What it does.
    enum Operation: UInt8 {
        case put
        /// A put that leaves a row that is there as it is.
        case found
        case delete
        /// Lengthens the row; the value is what is put behind it.
        case append
    }

    var operation: Operation
    var value: UnsafeRawBufferPointer
}

extension [KeyWrite] {
    /// The first founding write after the last deletion.
    var founding: KeyWrite? {
        let start = lastIndex { $0.operation == .delete }.map { $0 + 1 } ?? startIndex
        return self[start...].first { $0.operation == .found }
    }

    /// The last write that does not ask whether a row is there; what founds one counts only after a deletion or before
    /// everything else.
    var deciding: KeyWrite? { last { $0.operation != .found } }
}

extension UnsafeRawBufferPointer {
    /// Eight bytes of a key as a number that orders as they do; zeros beyond its end.
    func word(at offset: Int) -> UInt64 {
        if count >= offset + 8 { return UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
        var word: UInt64 = 0
        for index in offset..<offset + 8 { word = word << 8 | (index < count ? UInt64(self[index]) : 0) }
        return word
    }
}
