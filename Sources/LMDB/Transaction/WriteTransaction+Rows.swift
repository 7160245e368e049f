import CLMDB

/// Which rows a put may meet.
public struct PutRule: Sendable, Equatable {
    @usableFromInline
    let flags: UInt32

    /// The row is made or replaced.
    public static let replace = PutRule(flags: 0)
    /// The row must not exist: `keyExists` otherwise.
    public static let insert = PutRule(flags: UInt32(MDB_NOOVERWRITE))
    /// The key must be greater than every key of the table: `keyExists` otherwise; fills pages to the brim.
    public static let append = PutRule(flags: UInt32(MDB_APPEND))
}

extension WriteTransaction {
    /// Puts a row.
    ///
    /// - Throws: `keyExists` as the rule says, `badSize`, `mapFull`, `diskFull`.
    @inlinable
    public mutating func put(
        _ value: borrowing some ByteSource & ~Copyable & ~Escapable,
        for key: borrowing some ByteSource & ~Copyable & ~Escapable,
        in table: Table,
        _ rule: PutRule = .replace
    ) throws(LMDBError) {
        let raw = raw
        try key.lend { key in value.lend { value in raw.put(value, for: key, in: table, rule) } }.get()
    }

    /// Puts a row whose value the closure writes straight into the page.
    ///
    /// - Parameters:
    ///   - count: length of the value, in bytes; the closure fills all of it.
    ///   - fill: takes the value's bytes, which are not zeroed.
    /// - Throws: as `put`.
    @inlinable
    public mutating func put(
        reserving count: Int,
        for key: borrowing some ByteSource & ~Copyable & ~Escapable,
        in table: Table,
        _ rule: PutRule = .replace,
        _ fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(LMDBError) {
        let raw = raw
        fill(try key.lend { key in raw.reserve(count, for: key, in: table, rule) }.get())
    }

    /// Deletes a row.
    ///
    /// - Returns: false when there was none.
    @inlinable
    @discardableResult
    public mutating func delete(
        _ key: borrowing some ByteSource & ~Copyable & ~Escapable,
        in table: Table
    ) throws(LMDBError) -> Bool {
        let raw = raw
        return try key.lend { key in raw.delete(key, in: table) }.get()
    }

    /// Deletes every row of a table.
    public mutating func clear(_ table: Table) throws(LMDBError) {
        try raw.require(table)
        try check(mdb_drop(raw.pointer, table.number, 0), "cannot clear a table")
    }
}

extension RawTransaction {
    @usableFromInline
    func put(
        _ value: UnsafeRawBufferPointer,
        for key: UnsafeRawBufferPointer,
        in table: Table,
        _ rule: PutRule
    ) -> Result<Void, LMDBError> {
        Result { () throws(LMDBError) in
            try require(table)
            var key = MDB_val(key)
            var value = MDB_val(value)
            try check(mdb_put(pointer, table.number, &key, &value, rule.flags), "cannot put a row")
        }
    }

    @usableFromInline
    func reserve(
        _ count: Int,
        for key: UnsafeRawBufferPointer,
        in table: Table,
        _ rule: PutRule
    ) -> Result<UnsafeMutableRawBufferPointer, LMDBError> {
        Result { () throws(LMDBError) in
            try require(table)
            var key = MDB_val(key)
            var value = MDB_val(mv_size: count, mv_data: nil)
            let flags = rule.flags | UInt32(MDB_RESERVE)
            try check(mdb_put(pointer, table.number, &key, &value, flags), "cannot put a row")
            return UnsafeMutableRawBufferPointer(start: value.mv_data, count: value.mv_size)
        }
    }

    @usableFromInline
    func delete(_ key: UnsafeRawBufferPointer, in table: Table) -> Result<Bool, LMDBError> {
        Result { () throws(LMDBError) in
            try require(table)
            var key = MDB_val(key)
            let returned = mdb_del(pointer, table.number, &key, nil)
            if returned == MDB_NOTFOUND { return false }
            try check(returned, "cannot delete a row")
            return true
        }
    }
}
