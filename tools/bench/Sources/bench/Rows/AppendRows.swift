/// The rows in which callers append for a while.
extension TestBed {
    /// `append_1`: one event a call, one caller.
    func append1() throws -> Contest {
        try append(.append1, batch: 1, peerLabel: "SQLite, 1 a transaction")
    }

    /// `append_1000_sealed`: 1,000 events a call, one caller.
    func append1000Sealed() throws -> Contest {
        try append(.append1000Sealed, batch: 1_000, peerLabel: "SQLite, 1,000 a transaction")
    }

    /// `append_1_x32`: one event a call, 32 tasks at once.
    func append1x32() throws -> Contest {
        let tasks = 32
        var contest = Contest(row: .append1x32, repeats: sizes.appendingRepeats, limit: .control)
        if let log = try introducedLog(RowName.append1x32.rawValue) {
            contest.value = Contestant("log") { [sizes, maker] in
                try rate(ofTasks: tasks, for: sizes.seconds) { task in
                    var own = maker.reordered(seed: UInt64(task) + 1_000)
                    return { try await log.appendFromTask(own.batch(of: 1)) }
                }
            }
        }
        return contest
    }

    private func append(_ row: RowName, batch: Int, peerLabel: String) throws -> Contest {
        let sqlite = try emptySQLite(row.rawValue, batch: batch)
        let lmdb = try emptyLMDB(row.rawValue)
        try introduce(to: sqlite)
        try introduce(to: lmdb)
        var contest = Contest(row: row, repeats: sizes.appendingRepeats, limit: .control)
        if let log = try introducedLog(row.rawValue) {
            contest.value = Contestant("log") { [self] in
                try appendingRate(batch) { try log.append(maker.batch(of: batch)) }
            }
        }
        contest.peer = Contestant(peerLabel) { [self] in
            try appendingRate(batch) { try sqlite.append(batch, from: &maker) }
        }
        contest.others = [
            Contestant("LMDB alone, full sync, indexed") { [self] in
                try appendingRate(batch) { try lmdb.append(batch, from: &maker) }
            },
            Contestant("making the events alone") { [self] in
                try rate(for: sizes.seconds / 10, size: batch) { _ = try maker.batch(of: batch) }
            },
        ]
        return contest
    }

    /// Events a second; single ones are made beforehand, a few hundred at a time, and a batch inside the clock.
    private func appendingRate(_ batch: Int, _ append: () throws -> Void) throws -> Double {
        guard batch == 1 else { return try rate(for: sizes.seconds, size: batch, append) }
        return try rate(for: sizes.seconds, stretch: 256, preparing: { try maker.prepare(256) }, append)
    }

    /// `append_bulk`: all events, from an empty store to the last one checkpointed.
    func appendBulk() throws -> Contest {
        var contest = Contest(row: .appendBulk, repeats: sizes.loadingRepeats, limit: .control)
        if linked.makeLog != nil {
            contest.value = Contestant("log") { [self] in
                guard let log = try emptyLog("bulk", isProjected: true) else {
                    throw BenchError(.wrongAnswer, "the log is gone")
                }
                return try load(log, batch: Self.bulk)
            }
        }
        contest.peer = Contestant("SQLite, 10,000 a transaction") { [self] in try reloadSQLite().rate }
        contest.others = [
            Contestant("LMDB alone, full sync, indexed") { [self] in try reloadLMDB().rate }
        ]
        return contest
    }
}
