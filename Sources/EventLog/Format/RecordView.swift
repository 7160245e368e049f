import Identifiers
import Sealing

/// A view of one whole record: its leaf, open part, rows and ciphertexts, read in place.
struct RecordView {
    /// The leaf.
    let leaf: LeafView
    /// Open part, rows and ciphertexts.
    let body: UnsafeRawBufferPointer

    /// A view over a leaf and body that lie apart, as in a block.
    init(leaf: LeafView, body: UnsafeRawBufferPointer) {
        self.leaf = leaf
        self.body = body
    }

    /// A view over the record's own bytes, as in the WAL, in which it may be followed by others.
    ///
    /// - Throws: `recordDamaged` when the bytes cannot hold what the leaf and rows say.
    init(parsing bytes: UnsafeRawBufferPointer, expecting position: Position) throws {
        guard bytes.count >= RecordLayout.leafBytes else {
            throw EventLogError(.recordDamaged, "record \(position): cut short")
        }
        let leaf = LeafView(UnsafeRawBufferPointer(rebasing: bytes[..<RecordLayout.leafBytes]))
        try leaf.check(expecting: position)
        let rest = UnsafeRawBufferPointer(rebasing: bytes[RecordLayout.leafBytes...])
        let length = try Self.bodyLength(of: leaf, in: rest)
        self.init(leaf: leaf, body: UnsafeRawBufferPointer(rebasing: rest[..<length]))
    }

    /// Bytes of the whole record.
    var count: Int { RecordLayout.leafBytes + body.count }

    /// The open part.
    var open: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: body[..<leaf.openLength]) }

    /// Visits each part: its row of 40 bytes and its ciphertext with tag.
    func forEachPart(_ visit: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Void) rethrows {
        var row = leaf.openLength
        var ciphertext = row + leaf.partCount * SealedPartRow.byteCount
        for _ in 0..<leaf.partCount {
            let bytes = UnsafeRawBufferPointer(rebasing: body[row..<row + SealedPartRow.byteCount])
            let length = SealedPartRow(reading: bytes).sealedLength
            try visit(bytes, UnsafeRawBufferPointer(rebasing: body[ciphertext..<ciphertext + length]))
            row += SealedPartRow.byteCount
            ciphertext += length
        }
    }

    /// Adds up what the leaf and the rows claim and checks it against the bytes there are.
    static func bodyLength(of leaf: LeafView, in rest: UnsafeRawBufferPointer) throws -> Int {
        let rows = leaf.openLength
        var total = rows + leaf.partCount * SealedPartRow.byteCount
        guard total <= rest.count else {
            throw EventLogError(.recordDamaged, "record \(leaf.position): cut short")
        }
        for part in 0..<leaf.partCount {
            let start = rows + part * SealedPartRow.byteCount
            let bytes = UnsafeRawBufferPointer(rebasing: rest[start..<start + SealedPartRow.byteCount])
            let length = SealedPartRow(reading: bytes).sealedLength
            guard length >= Seal.tagCount, length <= Limits.partBytes else {
                throw EventLogError(.recordDamaged, "record \(leaf.position): a part has an impossible length")
            }
            total += length
        }
        guard total <= rest.count, total + RecordLayout.leafBytes <= Limits.recordBytes else {
            throw EventLogError(.recordDamaged, "record \(leaf.position): cut short")
        }
        return total
    }
}
