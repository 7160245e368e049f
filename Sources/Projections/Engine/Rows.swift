import LMDB

/// The tables of one projection while a batch is applied: writes are noted, reads see them.
///
/// A write costs a copy of its bytes; a read first settles what waits for its table. So the rule for many events is:
/// write without reading, let indexes and lists do what a read would have been for.
public struct Rows: ~Copyable {
    var transaction: WriteTransaction
    var tables: [OpenTable] = []

    init(_ transaction: consuming WriteTransaction) { self.transaction = transaction }

    /// Puts a row, in place of the one with its key.
    public mutating func put(_ value: some ByteSource, for key: some ByteSource, in definition: TableDefinition) {
        note(.put, key, value, definition)
    }

    /// Puts a row whose value is a fixed part and what follows it, without joining them first.
    public mutating func put(
        _ head: KeyBytes,
        _ tail: some ByteSource,
        for key: some ByteSource,
        in definition: TableDefinition
    ) {
        let open = open(definition)
        key.lend { key in head.lend { head in tail.lend { tail in open.note(.put, key, head, tail) } } }
    }

    /// Puts a row, in two pieces, unless one with its key is there already; that one stays as it is.
    public mutating func found(
        _ head: KeyBytes,
        _ tail: some ByteSource,
        for key: some ByteSource,
        in definition: TableDefinition
    ) {
        let open = open(definition)
        key.lend { key in head.lend { head in tail.lend { tail in open.note(.found, key, head, tail) } } }
    }

    /// Deletes a row, if there is one.
    public mutating func delete(_ key: some ByteSource, in definition: TableDefinition) {
        note(.delete, key, [], definition)
    }

    /// Appends an entry to a list.
    public mutating func append(_ entry: some ByteSource, to key: some ByteSource, in definition: TableDefinition) {
        note(.append, key, entry, definition)
    }

    /// The value of a row as the events so far have left it; nil for none.
    public mutating func value(for key: some ByteSource, in definition: TableDefinition) throws -> [UInt8]? {
        let open = open(definition)
        try open.settle(&transaction)
        return try transaction.bytes(for: key, in: open.rows.table)
    }

    /// The rows whose keys begin with a prefix, in key order, as the events so far have left them.
    public mutating func rows(
        prefix: [UInt8],
        in definition: TableDefinition
    ) throws -> [(key: [UInt8], value: [UInt8])] {
        let open = open(definition)
        try open.settle(&transaction)
        var found: [(key: [UInt8], value: [UInt8])] = []
        try transaction.scan(open.rows.table, prefix: prefix) { key, value in
            found.append(([UInt8](copying: key), [UInt8](copying: value)))
            return true
        }
        return found
    }

    /// The keys that end in some bytes, in key order, as the events so far have left them.
    ///
    /// Goes through the whole table, and copies what it finds alone: for rare events.
    public mutating func keys(endingIn suffix: [UInt8], in definition: TableDefinition) throws -> [[UInt8]] {
        let open = open(definition)
        try open.settle(&transaction)
        var found: [[UInt8]] = []
        try transaction.scan(open.rows.table) { key, _ in
            let isFound = suffix.withUnsafeBytes { suffix in
                key.withUnsafeBytes { key in
                    key.count >= suffix.count
                        && haveEqualBytes(UnsafeRawBufferPointer(rebasing: key.suffix(suffix.count)), suffix)
                }
            }
            if isFound { found.append([UInt8](copying: key)) }
            return true
        }
        return found
    }

    consuming func commit() throws { try transaction.commit() }

    private func note(
        _ operation: KeyWrite.Operation,
        _ key: some ByteSource,
        _ value: some ByteSource,
        _ definition: TableDefinition
    ) {
        let open = open(definition)
        key.lend { key in value.lend { value in open.note(operation, key, value) } }
    }

    private func open(_ definition: TableDefinition) -> OpenTable {
        for table in tables where table.definition === definition { return table }
        preconditionFailure("a projection writes to \(definition.name), which is not among its tables")
    }
}
