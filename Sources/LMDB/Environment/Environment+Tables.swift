import CLMDB
import Synchronization

extension Environment {
    /// Opens a table by name, making it when asked to.
    ///
    /// Takes a short write transaction of its own (a read transaction when opened read-only), since LMDB allows one
    /// opener at a time. A transaction that began before cannot use the table. Durable on return when made.
    ///
    /// - Throws: `missing` when there is no such table and none was to be made; `tablesFull`; `nestedWrite`.
    public func table(_ name: String, create: Bool = true) throws(LMDBError) -> Table {
        try tables([name], create: create)[0]
    }

    /// Opens tables by name in one transaction; see `table(_:create:)`.
    public func tables(_ names: [String], create: Bool = true) throws(LMDBError) -> [Table] {
        // The lock is held throughout: it is what makes this the only opener in the process.
        let result: Result<[Table], LMDBError> = tables.withLock { known in
            Result { () throws(LMDBError) in
                let missing = names.filter { known[$0] == nil }
                if !missing.isEmpty {
                    for (name, table) in try open(missing, create: create) { known[name] = table }
                }
                return names.compactMap { known[$0] }
            }
        }
        return try result.get()
    }

    private func open(_ names: [String], create: Bool) throws(LMDBError) -> [(String, Table)] {
        if options.readOnly {
            let transaction = try ReadTransaction(self)
            let opened = try open(names, in: transaction.raw, flags: 0)
            try transaction.keepHandles()
            return opened
        }
        let transaction = try WriteTransaction(self)
        let opened = try open(names, in: transaction.raw, flags: create ? UInt32(MDB_CREATE) : 0)
        try transaction.commit()
        return opened
    }

    private func open(
        _ names: [String],
        in transaction: RawTransaction,
        flags: UInt32
    ) throws(LMDBError) -> [(String, Table)] {
        var opened: [(String, Table)] = []
        for name in names {
            var number: MDB_dbi = 0
            try check(mdb_dbi_open(transaction.pointer, name, flags, &number), "cannot open table \(name) of \(file)")
            opened.append((name, Table(number: number, environment: serial)))
        }
        return opened
    }
}
