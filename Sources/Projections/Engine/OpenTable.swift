import Glibc
import LMDB

/// A table of a generation with the writes that wait for it and for the tables that follow from it.
final class OpenTable {
    let definition: TableDefinition
    let table: Table
    private let buffer = TableBuffer()
    private let full: FollowingTable?
    private let indexes: [FollowingTable]
    private var oldRow = IndexRow()
    private var newRow = IndexRow()

    /// A table that only this one's changes write to.
    private struct FollowingTable {
        let table: Table
        let buffer = TableBuffer()
    }

    init(_ definition: TableDefinition, in generation: Generation) throws {
        self.definition = definition
        table = try generation.table(definition.name)
        indexes = try definition.indexes.map { FollowingTable(table: try generation.table($0.name)) }
        if case .lists = definition.shape {
            full = FollowingTable(table: try generation.table(definition.fullName))
        } else {
            full = nil
        }
    }

    /// Bytes of memory that waiting writes take.
    var bytes: Int { buffer.bytes + indexes.reduce(0) { $0 + $1.buffer.bytes } }

    func note(
        _ operation: TableBuffer.Operation,
        _ key: UnsafeRawBufferPointer,
        _ value: UnsafeRawBufferPointer,
        _ tail: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        buffer.note(operation, key, value, tail)
    }

    /// Forgets what waits: the batch failed.
    func discard() {
        buffer.drain { _, _ in }
        full?.buffer.drain { _, _ in }
        for index in indexes { index.buffer.drain { _, _ in } }
    }

    /// Writes what waits for the table itself, so that it can be read; the tables that follow go on waiting.
    func settle(_ transaction: inout WriteTransaction) throws {
        if buffer.isEmpty { return }
        var cursor = try transaction.writeCursor(in: table)
        try buffer.drain { entries, arena in
            var first = 0
            while first < entries.count {
                var next = first + 1
                while next < entries.count, TableBuffer.sameKey(entries[first], entries[next], arena) { next += 1 }
                try settle(entries[first..<next], arena, &cursor)
                first = next
            }
        }
    }

    /// Writes everything that waits.
    func flush(_ transaction: inout WriteTransaction) throws {
        try settle(&transaction)
        for index in indexes { try Self.flush(index, &transaction) }
        if let full { try Self.flush(full, &transaction) }
    }

    /// Settles the writes to one key.
    @_lifetime(cursor: copy cursor)
    private func settle(
        _ writes: ArraySlice<TableBuffer.Entry>,
        _ arena: UnsafeRawBufferPointer,
        _ cursor: inout WriteCursor
    ) throws {
        guard let last = writes.last else { return }
        let key = TableBuffer.key(last, arena)
        switch definition.shape {
        case .rows:
            // What founds a row counts only when none is there: after a deletion, or before everything else.
            let deciding = writes.last { $0.operation != .found }
            if let deciding, deciding.operation == .put {
                try replace(key, TableBuffer.value(deciding, arena), &cursor)
            } else if let founding = Self.founding(writes) {
                if deciding == nil, try cursor.value(for: key) != nil { return }
                try replace(key, TableBuffer.value(founding, arena), &cursor)
            } else {
                try replace(key, nil, &cursor)
            }
        case .lists(let entryBytes, let entriesMax):
            var list = try cursor.bytes(for: key) ?? []
            for write in writes { list.append(contentsOf: TableBuffer.value(write, arena)) }
            let fullBytes = entryBytes * entriesMax
            while list.count >= fullBytes {
                noteFull(key, Array(list.prefix(fullBytes)))
                list.removeFirst(fullBytes)
            }
            if list.isEmpty { try cursor.delete(key) } else { try cursor.put(list, for: key) }
        }
    }

    /// The first founding write after the last deletion.
    private static func founding(_ writes: ArraySlice<TableBuffer.Entry>) -> TableBuffer.Entry? {
        let start = writes.lastIndex { $0.operation == .delete }.map { $0 + 1 } ?? writes.startIndex
        return writes[start...].first { $0.operation == .found }
    }

    /// Puts or deletes a row, and notes what follows for the indexes; an equal row touches no page.
    @_lifetime(cursor: copy cursor)
    private func replace(
        _ key: UnsafeRawBufferPointer,
        _ new: UnsafeRawBufferPointer?,
        _ cursor: inout WriteCursor
    ) throws {
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
        _ index: FollowingTable,
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

    private static func flush(_ following: FollowingTable, _ transaction: inout WriteTransaction) throws {
        if following.buffer.isEmpty { return }
        var cursor = try transaction.writeCursor(in: following.table)
        try following.buffer.drain { entries, arena in
            for (place, entry) in entries.enumerated() {
                let next = place + 1
                if next < entries.count, TableBuffer.sameKey(entry, entries[next], arena) { continue }
                let key = TableBuffer.key(entry, arena)
                if entry.operation == .put {
                    try cursor.put(TableBuffer.value(entry, arena), for: key)
                } else {
                    try cursor.delete(key)
                }
            }
        }
    }
}

/// True when two stretches of memory hold the same bytes.
func haveEqualBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
    guard left.count == right.count else { return false }
    guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else { return true }
    return memcmp(leftStart, rightStart, left.count) == 0
}
