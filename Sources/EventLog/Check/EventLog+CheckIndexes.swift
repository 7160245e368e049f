import Identifiers
import LMDB

extension EventLog {
    /// Checks what finds blocks by base and type, batches by command, and the sizes of trees, against the leaves.
    ///
    /// What a command said is known by an HMAC of its plaintexts: that is not computed again, since a repeat compares it
    /// and refuses what differs.
    ///
    /// - Throws: `blockDamaged` naming the table when a row is missing, is one too many, or does not fit its leaf.
    public func checkIndexes() throws {
        try gate.read {
            try file.environment.read { transaction in
                var found = IndexedBlocks(epoch: epoch)
                try transaction.scan(file.blocks) { key, value in
                    let first = try LogFile.firstPosition(key)
                    try value.withUnsafeBytes {
                        try found.add(BlockView($0, expecting: first)) { row, isType in
                            let table = isType ? file.blockTypes : file.blockBases
                            guard try transaction.value(for: row, in: table) != nil else {
                                throw Self.damagedIndex(isType ? "blockTypes" : "blockBases", file)
                            }
                        }
                    }
                    return true
                }
                for (name, table, rows) in [
                    ("blockBases", file.blockBases, found.baseRows), ("blockTypes", file.blockTypes, found.typeRows),
                    ("commands", file.commands, found.batches), ("bases", file.bases, found.sizes.sorted.count),
                ] where try transaction.count(of: table) != rows { throw Self.damagedIndex(name, file) }
                for (base, size) in found.sizes.sorted {
                    var key = KeyBytes()
                    key.append(base)
                    guard let row = try transaction.bytes(for: key, in: file.bases), row.count == 8,
                        row.withUnsafeBytes({ $0.bigEndian(0) as UInt64 }) == size
                    else { throw Self.damagedIndex("bases", file) }
                }
                try checkCommands(in: transaction)
            }
        }
    }

    private func checkCommands(in transaction: borrowing ReadTransaction) throws {
        try transaction.scan(file.commands) { key, value in
            guard key.byteCount == 16, value.byteCount == 44 else { throw Self.damagedIndex("commands", file) }
            let command = key.withUnsafeBytes { CommandID(reading: $0) }
            let (first, count) = value.withUnsafeBytes { (Position($0.bigEndian(0)), $0.bigEndian(8) as UInt32) }
            let fits = try file.withLeaf(at: first, in: transaction) { leaf in
                leaf.command == command && leaf.indexInBatch == 0 && leaf.eventsInBatch == count
            }
            guard fits == true else { throw Self.damagedIndex("commands", file) }
            return true
        }
    }

    private static func damagedIndex(_ table: String, _ file: LogFile) -> EventLogError {
        EventLogError(
            .blockDamaged,
            "a row of \(table) in \(file.environment.file) does not fit the events: restore the store from a backup"
        )
    }
}

/// What the rows of the indexes have to be, block after block.
private struct IndexedBlocks {
    /// Trees of epochs before have come to their end, and their sizes are not kept.
    let epoch: UInt32
    private(set) var baseRows = 0
    private(set) var typeRows = 0
    private(set) var batches = 0
    private(set) var sizes = TreeSizes()

    /// Takes a block in.
    ///
    /// - Parameter expect: told of each row that finds the block, and whether it is of its types.
    mutating func add(_ block: BlockView, _ expect: (KeyBytes, Bool) throws -> Void) throws {
        let leaves = try block.leaves()
        var bases: Set<BaseID> = []
        var types: Set<UInt16> = []
        for start in stride(from: 0, to: leaves.count, by: RecordLayout.leafBytes) {
            let leaf = LeafView(UnsafeRawBufferPointer(rebasing: leaves[start..<start + RecordLayout.leafBytes]))
            bases.insert(leaf.base)
            types.insert(leaf.type.rawValue)
            if leaf.epoch == epoch { sizes[leaf.base] = leaf.treeIndex + 1 }
            if leaf.indexInBatch == 0 { batches += 1 }
        }
        baseRows += bases.count
        typeRows += types.count
        for base in bases {
            var key = KeyBytes()
            key.append(base)
            key.append(block.first.rawValue)
            try expect(key, false)
        }
        for type in types {
            var key = KeyBytes()
            key.append(type)
            key.append(block.first.rawValue)
            try expect(key, true)
        }
    }
}
