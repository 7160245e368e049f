import LMDB

/// A build's writes, put aside in sorted runs, go into the tables once it has read the log.
///
/// Each merge takes as many transactions as it needs; how far it has come is committed with the rows. So a build that is
/// killed goes on where it was, as lists must not receive an entry twice.
extension GenerationWriter {
    /// What the checkpoint is to say.
    var runRecords: [RunRecord] { waitingTables.compactMap(\.record) }

    /// Bytes on the disk that wait to be merged.
    var bytesAside: Int { rule == nil ? 0 : waitingTables.reduce(0) { $0 + $1.bytesAside } }

    private var waitingTables: [WaitingTable] { tables.flatMap { [$0.rows] + $0.following } }

    /// Opens what a killed build has put aside.
    func resumeRuns() throws {
        guard let rule else { return }
        for record in try generation.environment.read({ try generation.runRecords(in: $0) }) {
            try waitingTables.first { $0.name == record.table }?.resume(record, in: rule.folder)
        }
    }

    /// Ends a merge that a kill cut short, before anything new is put aside.
    func finishMerge() throws {
        if waitingTables.contains(where: { $0.mergedThrough != nil }) { try mergeRuns() }
    }

    /// Merges everything.
    func mergeRuns() throws {
        for table in tables {
            try mergeRows(of: table)
            for following in table.following { try mergeFollowing(following) }
        }
    }

    /// Merges a table's own rows, so that they can be read; the tables that follow go on waiting.
    func mergeRuns(of name: String) throws {
        for table in tables where table.definition.name == name { try mergeRows(of: table) }
    }

    private func mergeRows(of table: OpenTable) throws {
        try merge(table.rows) { key, writes, cursor, isFresh in
            try table.settle(key, writes, &cursor, isFresh: isFresh)
            return table.bytes
        }
    }

    private func mergeFollowing(_ table: WaitingTable) throws {
        try merge(table) { key, writes, cursor, isFresh in
            try OpenTable.settleFollowing(key, writes, &cursor, isFresh: isFresh)
            return 0
        }
    }

    /// Settles the writes to one key, and answers how many bytes wait in memory for the tables that follow.
    private typealias Settling = (
        _ key: UnsafeRawBufferPointer, _ writes: [KeyWrite], inout WriteCursor, _ isFresh: Bool
    ) throws -> Int

    private func merge(_ table: WaitingTable, _ settle: Settling) throws {
        guard let runs = table.runs else { return }
        try runs.withRuns { bytes, places in
            var merge = RunMerge(bytes, places)
            var isFresh = false
            if let key = table.mergedThrough {
                merge.skip(through: key)
            } else {
                isFresh = try generation.environment.read { try $0.count(of: table.table) == 0 }
            }
            while try mergePart(of: table, &merge, isFresh, settle) {}
        }
        runs.remove()
    }

    /// Merges as much as fits into a transaction.
    ///
    /// - Returns: true when something is left.
    private func mergePart(
        of table: WaitingTable,
        _ merge: inout RunMerge,
        _ isFresh: Bool,
        _ settle: Settling
    ) throws -> Bool {
        var transaction = try generation.environment.beginWrite()
        let reached = try write(&merge, to: table, &transaction, isFresh, settle)
        if let reached { table.noteMerged(through: reached) } else { _ = table.letGo() }
        if let rule {
            for following in tables.flatMap(\.following) where following.buffer.count > 0 {
                try following.putAside(in: rule.folder)
            }
        }
        try generation.set(runRecords, in: &transaction)
        try transaction.commit()
        try limits.merged?()
        return reached != nil
    }

    /// - Returns: the last key written; nil when nothing is left.
    private func write(
        _ merge: inout RunMerge,
        to table: WaitingTable,
        _ transaction: inout WriteTransaction,
        _ isFresh: Bool,
        _ settle: Settling
    ) throws -> [UInt8]? {
        var cursor = try transaction.writeCursor(in: table.table)
        var writes: [KeyWrite] = []
        var bytes = 0
        while let key = merge.next(&writes) {
            let waiting = try settle(key, writes, &cursor, isFresh)
            bytes += key.count + (writes.last?.value.count ?? 0)
            if bytes >= limits.bytes || waiting >= limits.bytesAside { return Array(key) }
        }
        return nil
    }
}
