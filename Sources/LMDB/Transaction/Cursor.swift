import CLMDB

/// A place among the rows of a table, bound to its transaction: it cannot be kept longer, nor can the transaction be
/// written to while it lives.
///
/// Each move answers whether there is a row; after false, key and value are empty.
public struct Cursor: ~Copyable, ~Escapable {
    private let pointer: OpaquePointer?
    private var foundKey = MDB_val()
    private var foundValue = MDB_val()

    @_lifetime(immortal)
    init(_ transaction: RawTransaction, _ table: Table) throws(LMDBError) {
        var opened: OpaquePointer?
        try check(mdb_cursor_open(transaction.pointer, table.number, &opened), "cannot open a cursor")
        pointer = opened
    }

    deinit {
        mdb_cursor_close(pointer)
    }

    /// The key of the row.
    public var key: RawSpan {
        @_lifetime(borrow self)
        get { _overrideLifetime(RawSpan(_unsafeBytes: foundKey.buffer), borrowing: self) }
    }

    /// The value of the row.
    public var value: RawSpan {
        @_lifetime(borrow self)
        get { _overrideLifetime(RawSpan(_unsafeBytes: foundValue.buffer), borrowing: self) }
    }

    /// Goes to the first row.
    @_lifetime(self: copy self)
    public mutating func first() throws(LMDBError) -> Bool { try move(MDB_FIRST) }

    /// Goes to the last row.
    @_lifetime(self: copy self)
    public mutating func last() throws(LMDBError) -> Bool { try move(MDB_LAST) }

    /// Goes to the next row; to the first when it is nowhere yet.
    @_lifetime(self: copy self)
    public mutating func next() throws(LMDBError) -> Bool { try move(MDB_NEXT) }

    /// Goes to the row before; to the last when it is nowhere yet.
    @_lifetime(self: copy self)
    public mutating func previous() throws(LMDBError) -> Bool { try move(MDB_PREV) }

    /// Goes to the first row whose key is equal or greater.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func seek(
        _ key: borrowing some ByteSource & ~Copyable & ~Escapable
    ) throws(LMDBError) -> Bool {
        try take(key.lend { seeked($0) })
    }

    @usableFromInline
    struct Row {
        var returned: Int32
        var key: MDB_val
        var value: MDB_val
    }

    @usableFromInline
    func seeked(_ key: UnsafeRawBufferPointer) -> Row { row(MDB_SET_RANGE, MDB_val(key)) }

    @usableFromInline
    @_lifetime(self: copy self)
    mutating func take(_ row: Row) throws(LMDBError) -> Bool {
        let found = row.returned == MDB_SUCCESS
        foundKey = found ? row.key : MDB_val()
        foundValue = found ? row.value : MDB_val()
        if !found && row.returned != MDB_NOTFOUND { throw LMDBError(row.returned, "cannot move a cursor") }
        return found
    }

    @_lifetime(self: copy self)
    private mutating func move(_ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
        try take(row(operation, MDB_val()))
    }

    private func row(_ operation: MDB_cursor_op, _ key: MDB_val) -> Row {
        var row = Row(returned: 0, key: key, value: MDB_val())
        row.returned = mdb_cursor_get(pointer, &row.key, &row.value, operation)
        return row
    }
}
