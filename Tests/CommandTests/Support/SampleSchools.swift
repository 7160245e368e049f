import Foundation
import SampleData
import Testing

/// Days of two made-up schools, written once for all tests.
enum SampleSchools {
    /// The folders of the days, in order, with what an import of each must find.
    struct Days: Sendable {
        let scratch: Scratch
        let counts: [ChangeCounts]

        /// The folder of a day, from 1.
        func folder(_ day: Int) -> String { scratch.path("days/day-0\(day)") }

        /// How many pupils the first day tells, at one school or at all.
        func pupils(at base: String? = nil) throws -> Int {
            let rows = try String(contentsOfFile: folder(1) + "/pupils.csv", encoding: .utf8)
                .split(whereSeparator: \.isNewline).map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            let column = try #require(rows.first?.firstIndex { $0 == "base" })
            return rows.dropFirst().count { base == nil || $0[column] == base ?? "" }
        }
    }

    static let shared: Result<Days, any Error> = Result {
        let scratch = try Scratch()
        guard let start = CivilDate("2025-09-01") else { throw Program.Unexpected("no start") }
        let plan = SampleData(schools: 2, days: 4, seed: 11, start: start, pupils: 60)
        let counts = try plan.write(to: URL(fileURLWithPath: scratch.path("days")))
        return Days(scratch: scratch, counts: counts)
    }

    static var keys: [String] { ["0012001", "0022001"] }
}

extension TestStore {
    /// Imports a day of the made-up schools, as machines are told of it.
    @discardableResult
    func importDay(_ day: Int, _ more: String...) throws -> [String: Any] {
        let days = try SampleSchools.shared.get()
        let outcome = try run(
            ["import", "--format", "syncd-csv", "--full", days.folder(day), "--json"]
                + (day == 1 ? ["--register"] : []) + more
        )
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
        return try outcome.object
    }

    /// A recipient, a task over all schools, and each school's DfE number.
    func prepareTask(consent: Bool) throws {
        try succeed("recipient", "add", "Council", "--party", "820", "--folder", outbox)
        for key in SampleSchools.keys {
            try succeed("base", "config", key, "--laestab", key)
            if consent { try succeed("consent", "accept", "pupil-core", "--base", key) }
        }
        let bases = SampleSchools.keys.flatMap { ["--base", $0] }
        let outcome = try run(["task", "create", "nightly", "--to", "Council"] + bases)
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
    }

    /// What lies in the recipient's folder.
    func delivered() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: outbox).sorted() }

    /// Applies what was delivered with the sample recipient, and compares its copy with what the schools would send.
    func compareCopies() throws -> Program.Outcome {
        let tool = SampleRecipient.path
        let python = URL(fileURLWithPath: "/usr/bin/env")
        let copy = scratch.path("copy.json")
        let expected = scratch.path("expected.json")
        let applied = try Program.run(
            python,
            ["python3", tool, "apply", outbox, "--copy", copy, "--self", "820LLLL"]
        )
        guard applied.code == 0 else { throw Program.Unexpected(applied.output + applied.errors) }
        try succeed("task", "show", "nightly", "--copy", expected, "--reason", "test")
        return try Program.run(python, ["python3", tool, "compare", copy, expected, "--current"])
    }
}

/// The recipient that shares no code with us.
enum SampleRecipient {
    static var path: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("tools/sample-recipient/sample_recipient.py").path
    }
}
