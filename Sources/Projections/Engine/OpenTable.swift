import Glibc
import LMDB

/// A table of a generation, and the tables that follow from it, with the writes that wait for them.
final class OpenTable {
    let definition: TableDefinition
    let rows: WaitingTable
    private let full: WaitingTable?
    private let indexes: [WaitingTable]
    private var oldRow = IndexRow()
    private var newRow = IndexRow()
    /// Transactions since the last one in which a projection read the table.
    private var unread = OpenTable.unreadMin

    /// After so many transactions without a reader a table's writes are put aside again.
    private static let unreadMin = 8

    init(_ definition: TableDefinition, in generation: Generation) throws {
        self.definition = definition
        rows = try WaitingTable(definition.name, in: generation)
        indexes = try definition.indexes.map { try WaitingTable($0.name, in: generation) }
        if case .lists = definition.shape {
            full = try WaitingTable(definition.fullName, in: generation)
        } else {
            full = nil
        }
    }

    /// The tables that only this one's changes write to.
    var following: [WaitingTable] { full.map { indexes + [$0] } ?? indexes }

    /// Bytes of memory that waiting writes take.
    var bytes: Int { following.reduce(rows.buffer.bytes) { $0 + $1.buffer.bytes } }

    func note(
        _ operation: KeyWrite.Operation,
        _ key: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        _ tail: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        rows.buffer.note(operation, key, value, tail)
    }

    /// Forgets what waits: the transaction failed.
    func discard() {
        for table in [rows] + following { table.buffer.discard() }
    }

    /// Writes what waits for the table itself, so that it can be read; the tables that follow go on waiting.
    ///
    /// - Throws: `UnmergedRuns` when some of its writes have been put aside.
    func settle(_ transaction: inout WriteTransaction) throws {
        unread = 0
        if rows.runs != nil { throw UnmergedRuns(table: definition.name) }
        try write(&transaction)
    }

    /// Writes everything that waits, or puts it aside.
    ///
    /// - Parameters:
    ///   - rule: when to put writes aside; nil for never.
    func flush(_ transaction: inout WriteTransaction, _ rule: RunRule?) throws {
        if let rule, rule.applies(to: rows), rows.runs != nil || unread >= Self.unreadMin {
            try rows.putAside(in: rule.folder)
        } else {
            try write(&transaction)
        }
        unread += 1
        for table in following {
            if let rule, rule.applies(to: table) {
                try table.putAside(in: rule.folder)
            } else {
                try Self.write(table, &transaction)
            }
        }
    }

    private func write(_ transaction: inout WriteTransaction) throws {
        if rows.buffer.count == 0 { return }
        var cursor = try transaction.writeCursor(in: rows.table)
        try rows.buffer.drain { key, writes in try settle(key, writes, &cursor, isFresh: false) }
    }

    private static func write(_ table: WaitingTable, _ transaction: inout WriteTransaction) throws {
        if table.buffer.count == 0 { return }
        var cursor = try transaction.writeCursor(in: table.table)
        try table.buffer.drain { key, writes in try settleFollowing(key, writes, &cursor, isFresh: false) }
    }

    /// Settles the writes to one key.
    ///
    /// - Parameters:
    ///   - isFresh: true when the table was empty, and the keys come in order: nothing is looked for.
    @_lifetime(cursor: copy cursor)
    func settle(
        _ key: UnsafeRawBufferPointer,
        _ writes: [KeyWrite],
        _ cursor: inout WriteCursor,
        isFresh: Bool
    ) throws {
        switch definition.shape {
        case .rows:
            let deciding = writes.deciding
            if let deciding, deciding.operation == .put {
                try replace(key, deciding.value, &cursor, isFresh)
            } else if let founding = writes.founding {
                if deciding == nil, !isFresh, try cursor.value(for: key) != nil { return }
                try replace(key, founding.value, &cursor, isFresh)
            } else {
                try replace(key, nil, &cursor, isFresh)
            }
        case .lists(let entryBytes, let entriesMax):
            var list = isFresh ? [] : try cursor.bytes(for: key) ?? []
            let hadRow = !list.isEmpty
            for write in writes { list.append(contentsOf: write.value) }
            let fullBytes = entryBytes * entriesMax
            var start = 0
            while list.count - start >= fullBytes {
                noteFull(key, Array(list[start..<start + fullBytes]))
                start += fullBytes
            }
            if start == list.count {
                if hadRow { try cursor.delete(key) }
            } else {
                try cursor.put(list[start...], for: key, isFresh ? .append : .replace)
            }
        }
    }

    /// Settles the writes to one key of a table that follows.
    @_lifetime(cursor: copy cursor)
    static func settleFollowing(
        _ key: UnsafeRawBufferPointer,
        _ writes: [KeyWrite],
        _ cursor: inout WriteCursor,
        isFresh: Bool
    ) throws {
        guard let last = writes.last else { return }
        if last.operation == .put {
            try cursor.put(last.value, for: key, isFresh ? .append : .replace)
        } else if !isFresh {
            try cursor.delete(key)
        }
    }

    /// Puts or deletes a row, and notes what follows for the indexes; an equal row touches no page.
    @_lifetime(cursor: copy cursor)
    private func replace(
        _ key: UnsafeRawBufferPointer,
        _ new: UnsafeRawBufferPointer?,
        _ cursor: inout WriteCursor,
        _ isFresh: Bool
    ) throws {
        if isFresh {
            guard let new else { return }
            follow(key, nil, new)
            return try cursor.put(new, for: key, .append)
        }
        var exists = false
        if let old = try cursor.value(for: key) {
            exists = true
            let isEqual = old.lend { old in
                if let new, haveEqualBytes(old, new) { return true }
                follow(key, old, new)
                return false
            }
            if isEqual { return }
        } else {
            follow(key, nil, new)
        }
        if let new { try cursor.put(new, for: key) } else if exists { try cursor.delete(key) }
    }

    private func follow(
        _ key: UnsafeRawBufferPointer,
        _ old: UnsafeRawBufferPointer?,
        _ new: UnsafeRawBufferPointer?
    ) {
        for (place, index) in indexes.enumerated() { follow(index, definition.indexes[place], key, old, new) }
    }

    private func follow(
        _ index: WaitingTable,
        _ definition: IndexDefinition,
        _ key: UnsafeRawBufferPointer,
        _ old: UnsafeRawBufferPointer?,
        _ new: UnsafeRawBufferPointer?
    ) {
        oldRow.clear()
        newRow.clear()
        if let old { definition.row(key, old, &oldRow) }
        if let new { definition.row(key, new, &newRow) }
        if oldRow == newRow { return }
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        if !oldRow.key.isEmpty && oldRow.key != newRow.key {
            oldRow.key.withUnsafeBytes { index.buffer.note(.delete, $0, nothing) }
        }
        if !newRow.key.isEmpty {
            newRow.key.withUnsafeBytes { key in
                newRow.value.withUnsafeBytes { value in index.buffer.note(.put, key, value) }
            }
        }
    }

    private func noteFull(_ key: UnsafeRawBufferPointer, _ list: [UInt8]) {
        let fullKey = Array(key) + list.prefix(8)
        fullKey.withUnsafeBytes { key in list.withUnsafeBytes { value in full?.buffer.note(.put, key, value) } }
    }
}

/// True when two stretches of memory hold the same bytes.
func haveEqualBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
    return memcmp(leftStart, rightStart, left.count) == 0
}
