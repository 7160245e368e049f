import Foundation

/// A store of many people, in which pupils of one school have left.
struct ErasureUnderTest {
    /// The programs that are run.
    let programs: ImportUnderTest
    /// The folder of the store; copied for each measurement.
    let folder: String
    /// How many have left.
    let leavers: Int
    private static let school = "0012001"

    /// Makes the store.
    init(_ programs: ImportUnderTest, schools: Int, leavers: Int, in folder: String) throws {
        self.programs = programs
        self.folder = folder
        self.leavers = leavers
        let export = try programs.makeExport(schools: schools, pupils: 500, in: folder + "/days")
        try Self.leave(leavers, export + "/registrations.csv")
        let store = ["--store", folder + "/store"]
        _ = try programs.run("syncd", ["init", "--owner", "school"] + store)
        _ = try programs.run("syncd", ["import", "--format", "syncd-csv", "--full", "--register", export] + store)
        _ = try programs.run("syncd", ["base", "config", Self.school, "--register", "external"] + store)
    }

    /// Erases them in a copy of the store, everything included.
    func erase(in copy: String) throws -> ImportUnderTest.Taken {
        for name in ["store", "store.keys"] {
            try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: copy + "/" + name)
        }
        return try programs.run(
            "syncd",
            [
                "leavers", "delete", "--base", Self.school, "--left-before", "01/11/2025", "--reason", "bench", "--now",
                "--confirm", "\(leavers)", "--store", copy + "/store",
            ]
        )
    }

    /// Gives so many pupils of the school a leaving date.
    private static func leave(_ leavers: Int, _ file: String) throws {
        var left = 0
        let rows = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { line -> String in
            var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard left < leavers, fields[0] == school, fields[2] == "C" else { return String(line) }
            left += 1
            fields[6] = "2025-10-20"
            return fields.joined(separator: ",")
        }
        guard left == leavers else { throw BenchError(.wrongAnswer, "\(file) has \(left) pupils to leave") }
        try (rows.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
    }
}
