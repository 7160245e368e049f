extension Environment {
    /// Begins a read transaction: a snapshot that stays as it is until it ends or is refreshed.
    ///
    /// Keep it short: pages that it can see are not used again, and the file grows.
    ///
    /// - Throws: `readersFull`, `forked`.
    @available(*, noasync, message: "a transaction must not live across a suspension; use read(_:)")
    public func beginRead() throws(LMDBError) -> ReadTransaction { try ReadTransaction(self) }

    /// Begins a write transaction; waits for the one that is open, if another thread has it.
    ///
    /// - Throws: `nestedWrite`, `forked`, `accessDenied` for an environment opened read-only, `panic`.
    @available(*, noasync, message: "a transaction must not live across a suspension; use write(_:)")
    public func beginWrite() throws(LMDBError) -> WriteTransaction { try WriteTransaction(self) }

    /// Runs a closure in a read transaction.
    @discardableResult
    public func read<R: ~Copyable>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        let transaction = try ReadTransaction(self)
        return try body(transaction)
    }

    /// Runs a closure in a write transaction, which is committed when it returns and aborted when it throws.
    ///
    /// Durable on return, unless the environment is unsynced.
    @discardableResult
    public func write<R: ~Copyable>(_ body: (inout WriteTransaction) throws -> R) throws -> R {
        var transaction = try WriteTransaction(self)
        let result = try body(&transaction)
        try transaction.commit()
        return result
    }
}
