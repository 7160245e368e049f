import EventLog

/// What the rows ask of the log.
///
/// The rows know nothing else of it, so that another log (or another build of this one) can stand in its place.
protocol LogUnderTest: AnyObject, Sendable {
    /// Appends on the calling thread; durable on return.
    func append(_ batch: Batch) throws
    /// Appends from a task beside others; durable on return.
    func appendFromTask(_ batch: Batch) async throws
    /// Returns when all that was appended is in LMDB, its indexes and every live projection included.
    func checkpoint() throws
    /// Reads every leaf in order and checks its checksum, opening nothing; answers how many there are.
    func scanLeaves() throws -> Int
    /// Reads every event in order on the calling thread, checked, its part opened and handed over; answers how many.
    func replay(_ decode: (RawSpan) throws -> Void) throws -> Int
    /// Length of the log's LMDB file in bytes.
    func fileBytes() throws -> Int
    /// Length of the records themselves in bytes.
    func recordBytes() throws -> Int
}

/// The changed-data selection of one base with a change index.
protocol SelectionUnderTest: AnyObject {
    /// Selects what changed after the cursor, as a run would; answers how many changes.
    func select() throws -> Int
}
