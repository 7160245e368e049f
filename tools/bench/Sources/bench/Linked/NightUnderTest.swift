import Foundation

/// A store of many schools with ten tasks each, as it stands before a night.
struct NightUnderTest {
    /// The programs that are run.
    let programs: ImportUnderTest
    /// The folder of the store and of what was delivered; copied for each measurement.
    let folder: String
    /// The day of the first export.
    let start: Date
    private let schools: Int

    /// What the ten tasks of each school send.
    private static let tasks: [[String]] =
        (1...5).map { ["core\($0)"] }
        + [
            ["young", "--cohort", "ncy:R,1,2"], ["leavers", "--cohort", "leavers"],
            [
                "marks", "--type", "attendance", "--attendance", "all-current", "--months", "1", "--report",
                "attendance",
            ],
            [
                "unauthorised", "--type", "attendance", "--attendance", "unauthorised-current", "--months", "1",
                "--report", "attendance",
            ],
            [
                "absences", "--type", "attendance", "--attendance", "absences-current", "--months", "1", "--report",
                "attendance",
            ],
        ]

    /// Makes the store, takes the first day in, has everything accepted, runs a first night, and takes the second day in.
    init(_ programs: ImportUnderTest, schools: Int, pupils: Int, in folder: String) throws {
        self.programs = programs
        self.folder = folder
        self.schools = schools
        // The newest marks must be of the month before the night.
        start = Date(timeIntervalSinceNow: -7 * 86_400)
        let days = folder + "/days"
        _ = try programs.run(
            "sample-data",
            [
                "--schools", "\(schools)", "--pupils", "\(pupils)", "--days", "2", "--seed", "5", "--start",
                Self.text(start, "yyyy-MM-dd"), days,
            ]
        )
        let keys = try Self.keys(of: days + "/day-01/bases.csv")
        let list = (["key,laestab"] + keys.map { "\($0),\($0)" }).joined(separator: "\n") + "\n"
        try list.write(toFile: folder + "/schools.csv", atomically: true, encoding: .utf8)
        try FileManager.default.createDirectory(atPath: folder + "/out", withIntermediateDirectories: false)
        let bases = keys.flatMap { ["--base", $0] }
        try syncd(["init", "--owner", "school"])
        try syncd(["base", "add", "--from", folder + "/schools.csv"])
        try take(day: 1)
        try syncd(["consent", "accept", "pupil-core", "attendance"] + bases)
        try syncd(["recipient", "add", "Council", "--party", "001", "--folder", folder + "/out"])
        for task in Self.tasks {
            try syncd(["task", "create"] + task + bases + ["--to", "Council", "--days", "daily", "--at", "02:00"])
        }
        _ = try run(night: 1, in: folder + "/store")
        try take(day: 2)
    }

    /// Runs what is due on a night.
    ///
    /// - Parameter store: the store itself, or a copy of it.
    func run(night: Int, in store: String) throws -> ImportUnderTest.Taken {
        let time = Self.text(Date(timeIntervalSinceNow: Double(night) * 86_400), "dd/MM/yyyy") + " 02:00"
        return try programs.run("syncd", ["run-due", "--at", time, "--clock-ok", "--store", store])
    }

    /// A copy of the store and its keys.
    func copy(to folder: String) throws -> String {
        for name in ["store", "store.keys"] {
            try FileManager.default.copyItem(atPath: self.folder + "/" + name, toPath: folder + "/" + name)
        }
        return folder + "/store"
    }

    private func take(day: Int) throws {
        try syncd(["import", "--format", "syncd-csv", "--full", folder + "/days/day-0\(day)"])
    }

    private func syncd(_ arguments: [String]) throws {
        _ = try programs.run("syncd", arguments + ["--store", folder + "/store"])
    }

    private static func keys(of list: String) throws -> [String] {
        try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n").dropFirst()
            .compactMap { $0.split(separator: ",").first.map(String.init) }
    }

    private static func text(_ date: Date, _ form: String) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_GB_POSIX")
        formatter.timeZone = TimeZone(identifier: "Europe/London")
        formatter.dateFormat = form
        return formatter.string(from: date)
    }
}
