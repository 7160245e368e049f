/// The rows that make state again, and that read one person's history out of it.
extension TestBed {
    /// `rebuild`: everything from the smaller log; the peer is SQLite given the finished rows.
    func rebuild() throws -> Contest {
        var contest = Contest(row: .rebuild, repeats: sizes.loadingRepeats, limit: .fixed(500_000, "500,000 parts/s"))
        guard linked.makeLog != nil else { return contest }
        let log = try years(sizes.rebuilt.few)
        contest.value = Contestant("log") { try log.rebuild() }
        contest.peer = Contestant("SQLite, finished rows, 1,000 a transaction") { [self] in
            let sqlite = try SQLiteRowsPeer(folder: folder("rebuild-sqlite"))
            let time = try seconds {
                try log.forEachRow { try sqlite.add($0, $1, $2) }
                try sqlite.finish()
            }
            return Double(log.parts) / time
        }
        return contest
    }

    /// `rebuild_10x`: everything from the larger log; the peer is the smaller one.
    func rebuild10x() throws -> Contest {
        var contest = Contest(row: .rebuild10x, repeats: 1, limit: .fixed(500_000, "500,000 parts/s"))
        guard linked.makeLog != nil else { return contest }
        let many = try years(sizes.rebuilt.many)
        let few = try years(sizes.rebuilt.few)
        contest.value = Contestant("log") { try many.rebuild() }
        contest.peer = Contestant("\(figure(Double(sizes.rebuilt.few))) events") { try few.rebuild() }
        return contest
    }

    /// `history_one`: one person's history, every event opened, out of the larger log.
    func historyOne() throws -> Contest {
        var contest = Contest(row: .historyOne, repeats: sizes.readingRepeats, limit: .fixed(5_000, "5 ms"))
        guard linked.makeLog != nil else { return contest }
        let log = try years(sizes.rebuilt.many)
        var pupil = 0
        contest.value = Contestant("log") { [sizes] in
            let rate = try rate(for: sizes.seconds) {
                pupil = (pupil + 7_919) % sizes.people
                _ = try log.history(of: pupil)
            }
            return 1_000_000 / rate
        }
        return contest
    }

    /// A log of so many events, made once.
    func years(_ events: Int) throws -> RebuildUnderTest {
        if let made = schoolYears[events] { return made }
        let made = try RebuildUnderTest(
            folder: folder("years-\(events)"),
            keys: folder("years-\(events)-keys"),
            events: events,
            pupils: sizes.people,
            bases: sizes.bases
        )
        schoolYears[events] = made
        return made
    }
}
