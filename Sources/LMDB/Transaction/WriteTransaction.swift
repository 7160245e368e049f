import CLMDB
import Glibc

/// The one transaction that writes to an environment; everything in it happens at `commit()`, or nothing does.
///
/// Going out of scope without a commit aborts it. It belongs to the thread that began it.
public struct WriteTransaction: ~Copyable, Transaction {
    private var pointer: OpaquePointer?
    private let environment: Environment

    /// LMDB's transaction.
    public var raw: RawTransaction { RawTransaction(pointer: pointer, environment: environment.serial) }

    init(_ environment: Environment) throws(LMDBError) {
        try environment.enter(writing: true)
        var begun: OpaquePointer?
        let returned = mdb_txn_begin(environment.pointer, nil, 0, &begun)
        if returned != MDB_SUCCESS {
            environment.leave(writing: false)
            throw LMDBError(returned, "cannot write \(environment.file)")
        }
        environment.becameWriter()
        pointer = begun
        self.environment = environment
    }

    deinit {
        guard let pointer else { return }
        environment.leave(writing: true)
        mdb_txn_abort(pointer)
    }

    /// Makes everything written in the transaction part of the environment.
    ///
    /// Durable on return, unless the environment is unsynced. After an error nothing of it is stored, but for
    /// `inputOutput`: then it is unknown until the environment has been opened again.
    public consuming func commit() throws(LMDBError) {
        let ended = pointer
        pointer = nil
        environment.leave(writing: true)
        let returned = mdb_txn_commit(ended)
        // LMDB calls a write that was cut short by a full disk an input/output error.
        let full = returned == EIO && !FileSystemKind.hasRoom(folder: FileCreation.folder(of: environment.file))
        try check(full ? ENOSPC : returned, "cannot commit to \(environment.file)")
        environment.extendFile()
    }
}
