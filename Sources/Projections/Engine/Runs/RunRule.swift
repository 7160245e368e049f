/// When a build puts the writes to a table aside, rather than into the table at once.
///
/// A transaction that writes to random places of a large table copies nearly every page of it, each time anew. Put aside
/// and merged at the end, each page is written once, in order, and it no longer matters how large the table has become.
/// Only a build may do so, since nobody reads it.
struct RunRule {
    /// Where the files of the runs lie.
    var folder: String
    /// How many writes of one transaction are worth a run.
    var writesMin: Int

    func applies(to table: WaitingTable) -> Bool {
        table.runs != nil ? table.buffer.count > 0 : table.buffer.count >= max(1, writesMin)
    }
}

/// A projection wants to read a table some of whose writes have been put aside: they are merged, and the transaction is
/// tried again.
struct UnmergedRuns: Error {
    var table: String
}
