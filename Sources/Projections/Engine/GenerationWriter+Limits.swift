import EventLog

extension GenerationWriter {
    /// How much goes into one transaction and one reading.
    package struct Limits: Sendable {
        /// How many events to aim for in a transaction; a batch is never split.
        ///
        /// What comes together lies together (docs/decisions/0071), so smaller transactions write hardly more pages, and
        /// LMDB holds fewer of them in memory.
        var events = 25_000
        /// How many bytes of memory waiting writes may take before the transaction ends.
        var bytes = 16 << 20
        /// The same in a build that puts writes aside: longer runs, and fewer of them.
        var bytesAside = 48 << 20
        /// How many writes to a table, in one transaction, are worth a run.
        var runMin = 4096
        /// How many bytes may be put aside before they are merged: room on the disk beside the state itself.
        var runBytes = 1 << 30
        /// The same beside a state that is smaller than that.
        var runBytesLeast = 64 << 20
        /// How many events to ask the source for at a time.
        var reading = 4096
        /// Told after each part of a merge: a test ends it there.
        var merged: (@Sendable () throws -> Void)?
        /// Commits the checkpoint before its rows: a protection that a test takes away, to prove that it is seen.
        package var commitsCheckpointFirst = false
        /// What stands for the kernel's life in a build's record; nil for its own boot id.
        package var boot: String?
        /// An event that counts as one that cannot be applied: a fault of the program, for tests.
        package var inapplicable: Position?
        /// What stands for the room on the disk; nil for what there is.
        package var freeBytes: Int?

        /// Limits that are right for real logs.
        package init() {}

        /// Limits of a test: everything is put aside, and merged often.
        package init(events: Int, reading: Int) {
            self.events = events
            self.reading = reading
            bytes = 4 << 10
            runMin = 0
            runBytes = 64 << 10
            runBytesLeast = 0
        }
    }
}
