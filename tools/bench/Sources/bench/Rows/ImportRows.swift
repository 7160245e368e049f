import Foundation

/// The rows in which the program itself takes in a whole authority's export.
extension TestBed {
    /// `import_unchanged`: an export that says what is known.
    func importUnchanged() throws -> Contest {
        var contest = Contest(row: .importUnchanged, repeats: sizes.loadingRepeats)
        contest.limit = .fixed(200_000, "200,000 rows/s")
        guard let importing = linked.importing else { return contest }
        let export = try madeExport(importing)
        let store = try folder("unchanged") + "/store"
        try importing.makeStore(store)
        _ = try importing.take(export.path, into: store)
        contest.value = .program("syncd import, nothing changed", figure: { Double(export.rows) / $0 }) {
            try importing.take(export.path, into: store)
        }
        return contest
    }

    /// `import_first`: the same export into an empty store; the peer loads and upserts the same rows.
    func importFirst() throws -> Contest {
        var contest = Contest(row: .importFirst, repeats: sizes.loadingRepeats)
        guard let importing = linked.importing else { return contest }
        let export = try madeExport(importing)
        contest.value = .program(
            "syncd import, into an empty store",
            figure: { Double(export.rows) / $0 }
        ) { [self] in
            let store = try folder("first") + "/store"
            try importing.makeStore(store)
            return try importing.take(export.path, into: store)
        }
        contest.peer = Contestant("SQLite, loaded and upserted in one transaction") { [self] in
            let peer = try SQLiteImportPeer(folder: folder("first-sqlite"))
            return Double(export.rows) / (try seconds { try peer.take(export.path) })
        }
        return contest
    }

    private func madeExport(_ importing: ImportUnderTest) throws -> (path: String, rows: Int) {
        let path = try importing.makeExport(schools: sizes.schools, pupils: 1_000, in: folder("export"))
        var rows = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: path) where name.hasSuffix(".csv") {
            if name == "manifest.csv" { continue }
            let bytes = try Data(contentsOf: URL(filePath: path + "/" + name), options: .alwaysMapped)
            rows += bytes.count { $0 == UInt8(ascii: "\n") } - 1
        }
        return (path, rows)
    }
}
