import Identifiers

/// Opens the WAL behind what recovery found: when a store is opened, and again after a failed flush.
struct Starter: Sendable {
    let layout: StoreLayout
    let log: LogID
    let file: LogFile
    let settings: LogSettings
    let keyMark: @Sendable () -> KeyMark
    let tail: Tail

    /// Opens the WAL where recovery says that it goes on.
    func open(_ outcome: Recovery.Outcome) throws -> (WriteAheadLog, Sequencer) {
        let wal = try WriteAheadLog(folder: layout.wal, log: log, end: outcome.end, settings: settings)
        let sequencer = try Sequencer(
            index: CommittedIndex(file: file),
            next: outcome.end.next,
            lastRecordedAt: outcome.lastRecordedAt,
            acceptsClockStep: settings.acceptsClockStep
        )
        return (wal, sequencer)
    }

    /// Goes through recovery while the store stays open: what is durable is applied, then the WAL is read again.
    ///
    /// A full disk is helped by giving the reserve back.
    func restart() throws -> (WriteAheadLog, Sequencer) {
        _ = Reserve.release(layout)
        try tail.drain()
        let outcome = try Recovery(
            layout: layout,
            log: log,
            file: file,
            settings: settings,
            keyMark: keyMark,
            isAfterFailure: true
        ).run()
        tail.recovered(to: Position(outcome.end.next.rawValue - 1))
        return try open(outcome)
    }
}
