import Foundation

/// One day's folder: CSV files that grow neighbourhood by neighbourhood, then the manifest and the counts.
struct DayFolder {
    private let folder: URL
    private let date: CivilDate
    private var rows: [Area: Int] = [:]
    private var bases: [String] = []
    var counts: ChangeCounts

    /// Makes the folder and a header in each file; refuses a folder that is already there.
    init(day: Int, date: CivilDate, in parent: URL) throws {
        self.date = date
        folder = parent.appending(path: "day-\(padded(day, 2))", directoryHint: .isDirectory)
        counts = ChangeCounts(day: day, date: date)
        guard !FileManager.default.fileExists(atPath: folder.path) else {
            throw SampleDataError(description: "\(folder.path) is already there: name another folder or remove it")
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for area in Area.allCases { try Data((area.columns + "\n").utf8).write(to: file(area)) }
    }

    /// Adds the rows of one neighbourhood.
    mutating func append(_ tables: [Area: Table], of place: Neighbourhood) throws {
        bases += place.schools.map(\.base)
        for (area, table) in tables where table.rows > 0 {
            rows[area, default: 0] += table.rows
            // Opened for each neighbourhood: a year of days would be more files than a process may hold open.
            let handle = try FileHandle(forWritingTo: file(area))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(table.bytes))
            try handle.close()
        }
    }

    /// Writes `manifest.csv` and `changes.json`.
    func finish() throws {
        var lines = [
            "line,name,value,status,mode,rows,account,groups",
            "property,format,syncd-csv,,,,,",
            "property,version,1,,,,,",
            "property,source,sample-data,,,,,",
            "property,produced_at,\(date)T17:30:00Z,,,,,",
        ]
        lines += bases.map { "base,\($0),,,,,," }
        for area in Area.allCases {
            // A delta without rows says nothing: an honest export leaves it out.
            if area.isDelta, rows[area] == nil {
                try FileManager.default.removeItem(at: file(area))
                continue
            }
            let mode = area.isDelta ? "delta" : "full"
            lines.append(
                "area,\(area.rawValue),\(area.rawValue).csv,read,\(mode),\(rows[area] ?? 0),svc-syncd,\(area.permission)"
            )
        }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: folder.appending(path: "manifest.csv"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try (encoder.encode(counts) + Data("\n".utf8)).write(to: folder.appending(path: "changes.json"))
    }

    private func file(_ area: Area) -> URL { folder.appending(path: "\(area.rawValue).csv") }
}
