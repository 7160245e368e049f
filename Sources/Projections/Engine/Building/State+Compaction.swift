import LMDB

extension State {
    /// Puts a copy of the live rows in the place of the live file, in which what was deleted still stands on pages that
    /// are free: the last step of an erasure in state.
    ///
    /// Durable on return; the old file goes with its last reader. A build that waits to be accepted is thrown away, for it
    /// holds what has gone meanwhile.
    ///
    /// - Throws: `outdated` when rows of another version stand there, which nobody can purge; `noRoom`; `rebuilding`.
    public func compact() throws {
        try rebuildAlone {
            if let outdated = holdCurrent().outdated.first { throw outdated.refusal }
            _ = try advanceLive()
            let live = holdCurrent()
            try requireRoom(
                beside: live,
                for: GenerationBuild.Plan(rebuilt: [], kept: projections, follows: live.number)
            )
            let number = folder.nextNumber(after: live.number)
            let next = try Generation(
                folder: folder.makeFolder(String(number)),
                number: number,
                projections: projections,
                mapBytes: mapBytes,
                durability: .unsynced
            )
            do {
                let snapshot = try Snapshot(live)
                for table in next.tableNames {
                    try next.copy(snapshot.transaction, live.anyTable(table), to: next.anyTable(table))
                }
                _ = consume snapshot
                try publish(next)
            } catch {
                next.supersede()
                throw error
            }
        }
    }
}
