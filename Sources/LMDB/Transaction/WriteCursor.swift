import CLMDB

/// A cursor that also writes: the quick way to go through many keys in order, since it stays on the page it is on.
///
/// Bound to its transaction, which can do nothing else while it lives.
public struct WriteCursor: ~Copyable, ~Escapable {
    private let pointer: OpaquePointer?

    @_lifetime(immortal)
    init(_ transaction: RawTransaction, _ table: Table) throws(LMDBError) {
        try transaction.require(table)
        var opened: OpaquePointer?
        try check(mdb_cursor_open(transaction.pointer, table.number, &opened), "cannot open a cursor")
        pointer = opened
    }

    deinit {
        mdb_cursor_close(pointer)
    }

    /// The value of a key, on which the cursor stands afterwards; nil when the table does not have it.
    ///
    /// The span is good until the next write.
    @inlinable
    @_lifetime(borrow self)
    public func value(
        for key: borrowing some ByteSource & ~Copyable & ~Escapable
    ) throws(LMDBError) -> RawSpan? {
        guard let found = try key.lend({ find($0) }).get() else { return nil }
        return _overrideLifetime(RawSpan(_unsafeBytes: found), borrowing: self)
    }

    /// A copy of the value of a key; nil when the table does not have it.
    @inlinable
    public func bytes(for key: borrowing some ByteSource & ~Copyable & ~Escapable) throws(LMDBError) -> [UInt8]? {
        try key.lend({ find($0) }).get().map { [UInt8]($0) }
    }

    /// Puts a row; see `WriteTransaction.put`.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func put(
        _ value: borrowing some ByteSource & ~Copyable & ~Escapable,
        for key: borrowing some ByteSource & ~Copyable & ~Escapable,
        _ rule: PutRule = .replace
    ) throws(LMDBError) {
        try key.lend { key in value.lend { value in write(value, for: key, rule) } }.get()
    }

    /// Deletes a row.
    ///
    /// - Returns: false when there was none.
    @inlinable
    @discardableResult
    @_lifetime(self: copy self)
    public mutating func delete(
        _ key: borrowing some ByteSource & ~Copyable & ~Escapable
    ) throws(LMDBError) -> Bool {
        try key.lend { remove($0) }.get()
    }

    @usableFromInline
    func find(_ key: UnsafeRawBufferPointer) -> Result<UnsafeRawBufferPointer?, LMDBError> {
        Result { () throws(LMDBError) in
            var key = MDB_val(key)
            var value = MDB_val()
            let returned = mdb_cursor_get(pointer, &key, &value, MDB_SET)
            if returned == MDB_NOTFOUND { return nil }
            try check(returned, "cannot read")
            return value.buffer
        }
    }

    @usableFromInline
    func write(
        _ value: UnsafeRawBufferPointer,
        for key: UnsafeRawBufferPointer,
        _ rule: PutRule
    ) -> Result<Void, LMDBError> {
        Result { () throws(LMDBError) in
            var key = MDB_val(key)
            var value = MDB_val(value)
            try check(mdb_cursor_put(pointer, &key, &value, rule.flags), "cannot put a row")
        }
    }

    @usableFromInline
    func remove(_ key: UnsafeRawBufferPointer) -> Result<Bool, LMDBError> {
        Result { () throws(LMDBError) in
            guard try find(key).get() != nil else { return false }
            try check(mdb_cursor_del(pointer, 0), "cannot delete a row")
            return true
        }
    }
}

extension WriteTransaction {
    /// A cursor that writes to a table.
    @_lifetime(&self)
    public mutating func writeCursor(in table: Table) throws(LMDBError) -> WriteCursor {
        _overrideLifetime(try WriteCursor(raw, table), mutating: &self)
    }
}
