import CLMDB

/// What reading and writing transactions can both do: read.
///
/// Keys and values are spans of the map itself, bound to the borrow of the transaction: kept past it, they do not
/// compile. Decode inside the borrow and copy what is kept.
public protocol Transaction: ~Copyable {
    /// LMDB's transaction, for this module alone.
    var raw: RawTransaction { get }
}

/// LMDB's own transaction and the environment that it belongs to; opaque outside this module.
public struct RawTransaction {
    let pointer: OpaquePointer?
    let environment: UInt64

    /// Refuses a table of another environment.
    func require(_ table: Table) throws(LMDBError) {
        if table.environment != environment {
            throw LMDBError(.foreignTable, "the table belongs to another environment")
        }
    }

    @usableFromInline
    func find(_ key: UnsafeRawBufferPointer, in table: Table) -> Result<UnsafeRawBufferPointer?, LMDBError> {
        Result { () throws(LMDBError) in
            try require(table)
            var key = MDB_val(key)
            var value = MDB_val()
            let returned = mdb_get(pointer, table.number, &key, &value)
            if returned == MDB_NOTFOUND { return nil }
            try check(returned, "cannot read")
            return value.buffer
        }
    }
}

extension MDB_val {
    /// Points at bytes; LMDB does not write through a key or a value that is put.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: mv_data, count: mv_size) }
}

extension Transaction where Self: ~Copyable {
    /// The value of a key; nil when the table does not have it.
    ///
    /// - Throws: `foreignTable`, `badSize` for an empty or too long key, `corrupted`.
    @inlinable
    @_lifetime(borrow self)
    public func value(
        for key: borrowing some ByteSource & ~Copyable & ~Escapable,
        in table: Table
    ) throws(LMDBError) -> RawSpan? {
        guard let found = try key.lend({ raw.find($0, in: table) }).get() else { return nil }
        return _overrideLifetime(RawSpan(_unsafeBytes: found), borrowing: self)
    }

    /// A copy of the value of a key; nil when the table does not have it.
    ///
    /// - Throws: as `value(for:in:)`.
    @inlinable
    public func bytes(
        for key: borrowing some ByteSource & ~Copyable & ~Escapable,
        in table: Table
    ) throws(LMDBError) -> [UInt8]? {
        try key.lend({ raw.find($0, in: table) }).get().map { [UInt8]($0) }
    }

    /// True when the table has the key.
    @inlinable
    public func contains(
        _ key: borrowing some ByteSource & ~Copyable & ~Escapable,
        in table: Table
    ) throws(LMDBError) -> Bool {
        try key.lend({ raw.find($0, in: table) }).get() != nil
    }

    /// A cursor on a table, before its first row.
    @_lifetime(borrow self)
    public func cursor(in table: Table) throws(LMDBError) -> Cursor {
        try raw.require(table)
        return _overrideLifetime(try Cursor(raw, table), borrowing: self)
    }

    /// How many rows a table has.
    public func count(of table: Table) throws(LMDBError) -> Int { try statistics(of: table).entries }

    /// Sizes of a table.
    public func statistics(of table: Table) throws(LMDBError) -> TableStatistics {
        try raw.require(table)
        var stat = MDB_stat()
        try check(mdb_stat(raw.pointer, table.number, &stat), "cannot look at a table")
        return TableStatistics(stat)
    }

    /// Visits the rows whose keys begin with a prefix, in key order, until the closure answers false.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - prefix: empty for every row.
    ///   - lower: the key to begin at, or after the place of; the prefix itself when nil.
    ///   - body: takes key and value; answers whether to go on.
    @inlinable
    public func scan(
        _ table: Table,
        prefix: [UInt8] = [],
        from lower: [UInt8]? = nil,
        _ body: (RawSpan, RawSpan) throws -> Bool
    ) throws {
        var cursor = try cursor(in: table)
        let begin = lower ?? prefix
        var found = begin.isEmpty ? try cursor.first() : try cursor.seek(begin)
        while found, cursor.key.starts(with: prefix), try body(cursor.key, cursor.value) {
            found = try cursor.next()
        }
    }
}

extension RawSpan {
    /// True when the bytes begin with a prefix.
    @inlinable
    public func starts(with prefix: [UInt8]) -> Bool {
        guard byteCount >= prefix.count else { return false }
        return prefix.isEmpty || withUnsafeBytes { $0.prefix(prefix.count).elementsEqual(prefix) }
    }
}

extension [UInt8] {
    /// A copy of the spanned bytes.
    @inlinable
    public init(copying span: RawSpan) { self = span.withUnsafeBytes { [UInt8]($0) } }
}
