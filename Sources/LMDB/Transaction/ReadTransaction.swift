import CLMDB

/// A snapshot of an environment, freed when it goes out of scope.
public struct ReadTransaction: ~Copyable, Transaction {
    private var pointer: OpaquePointer?
    private let environment: Environment
    private let number: UInt64

    /// LMDB's transaction.
    public var raw: RawTransaction { RawTransaction(pointer: pointer, environment: environment.serial) }

    init(_ environment: Environment) throws(LMDBError) {
        try environment.enter(writing: false)
        var begun: OpaquePointer?
        let returned = mdb_txn_begin(environment.pointer, nil, UInt32(MDB_RDONLY), &begun)
        if returned != MDB_SUCCESS {
            environment.leave(writing: false)
            throw LMDBError(returned, "cannot read \(environment.file)")
        }
        pointer = begun
        self.environment = environment
        number = environment.noteReader()
    }

    deinit {
        guard let pointer else { return }
        mdb_txn_abort(pointer)
        environment.forgetReader(number)
        environment.leave(writing: false)
    }

    /// Which committed transaction this one sees.
    public var snapshot: Int { mdb_txn_id(pointer) }

    /// Lets the snapshot go and takes the newest one, in the same reader slot: what a long replay does every so often.
    public mutating func refresh() throws(LMDBError) {
        mdb_txn_reset(pointer)
        try check(mdb_txn_renew(pointer), "cannot read \(environment.file)")
        _ = environment.noteReader(number)
    }

    /// Ends the transaction so that tables opened in it stay open.
    consuming func keepHandles() throws(LMDBError) {
        let ended = pointer
        pointer = nil
        environment.forgetReader(number)
        environment.leave(writing: false)
        try check(mdb_txn_commit(ended), "cannot read \(environment.file)")
    }
}
