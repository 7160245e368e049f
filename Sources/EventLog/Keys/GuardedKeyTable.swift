/// A key table behind a lock of many readers or one writer.
// Unchecked: the table is touched only through the lock, and lives as long as this object.
final class GuardedKeyTable: @unchecked Sendable {
    private let lock = ReadWriteLock()
    private let table: UnsafeMutablePointer<KeyTable>

    init(_ table: consuming KeyTable) {
        self.table = .allocate(capacity: 1)
        self.table.initialize(to: table)
    }

    deinit {
        table.deinitialize(count: 1)
        table.deallocate()
    }

    @inline(__always)
    func reading<Answer, Failure: Error>(
        _ body: (borrowing KeyTable) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try lock.reading { () throws(Failure) in try body(table.pointee) }
    }

    /// The same by pointer, for a view that is handed on; it must not outlive the closure.
    @inline(__always)
    func lending<Answer, Failure: Error>(
        _ body: (UnsafePointer<KeyTable>) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try lock.reading { () throws(Failure) in try body(UnsafePointer(table)) }
    }

    func writing<Answer, Failure: Error>(
        _ body: (inout KeyTable) throws(Failure) -> Answer
    ) throws(Failure) -> Answer {
        try lock.writing { () throws(Failure) in try body(&table.pointee) }
    }

    /// Exchanges this table for another; the caller's keys are zeroed when it lets them go.
    func exchange(with other: inout KeyTable) {
        lock.writing { swap(&table.pointee, &other) }
    }
}
