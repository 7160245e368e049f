/// The rows of backups: how fast they are taken, and how fast a store is made of one.
extension TestBed {
    /// `backup`: all of the smaller log; the peer is a raw copy of the same bytes, synced.
    func backup() throws -> Contest {
        var contest = Contest(row: .backup, repeats: sizes.loadingRepeats)
        guard linked.makeLog != nil else { return contest }
        let log = try years(sizes.rebuilt.few)
        let target = try folder("backup")
        contest.value = Contestant("log") { try log.backUp(into: target) }
        contest.peer = Contestant("raw copy, synced") { [self] in
            try log.copyBackup(in: target, to: folder("backup-copy"))
        }
        return contest
    }

    /// `restore`: 10 million events in 5 minutes, state made with it.
    func restore() throws -> Contest {
        var contest = Contest(row: .restore, repeats: 1, limit: .fixed(33_333, "33,333 events/s"))
        guard linked.makeLog != nil else { return contest }
        let log = try years(sizes.rebuilt.few)
        let target = try folder("backup-to-restore")
        _ = try log.backUp(into: target)
        contest.value = Contestant("log") { [self] in try log.restore(from: target, into: folder("restored") + "/store")
        }
        return contest
    }
}
