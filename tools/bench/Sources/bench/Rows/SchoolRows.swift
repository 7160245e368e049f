/// The rows of a whole authority's schools at work, each a program of its own from start to end.
extension TestBed {
    /// `night`: every task of every school, after a day of changes.
    func night() throws -> Contest {
        try nights(.night, limit: 120, "2 minutes") { night, store in try night.run(night: 2, in: store) }
    }

    /// `night_quiet`: the night after it, when nothing has changed.
    func nightQuiet() throws -> Contest {
        try nights(.nightQuiet, limit: 10, "10 s") { night, store in
            _ = try night.run(night: 2, in: store)
            return try night.run(night: 3, in: store)
        }
    }

    /// `erase_300`: the leavers of a year, log, state, keys and files included.
    func erase300() throws -> Contest {
        var contest = Contest(row: .erase300, repeats: sizes.loadingRepeats, limit: .fixed(10, "10 s"))
        guard let programs = linked.importing else { return contest }
        let made = try ErasureUnderTest(programs, schools: sizes.schools, leavers: 300, in: folder("erasure"))
        contest.value = .program("syncd leavers delete", figure: { $0 }) { [self] in
            try made.erase(in: folder("erasing"))
        }
        return contest
    }

    private func nights(
        _ row: RowName,
        limit: Double,
        _ label: String,
        _ run: @escaping (NightUnderTest, _ store: String) throws -> ImportUnderTest.Taken
    ) throws -> Contest {
        var contest = Contest(row: row, repeats: 1, limit: .fixed(limit, label))
        guard let programs = linked.importing else { return contest }
        let night = try madeNight(programs)
        contest.value = .program("syncd run-due", figure: { $0 }) { [self] in
            let copy = try night.copy(to: folder("night-copy"))
            return try run(night, copy)
        }
        return contest
    }

    private func madeNight(_ programs: ImportUnderTest) throws -> NightUnderTest {
        if let made = beforeNight { return made }
        let made = try NightUnderTest(
            programs,
            schools: 3 * sizes.schools,
            pupils: 400,
            in: folder("night")
        )
        beforeNight = made
        return made
    }
}
