import Foundation
import Testing

/// The eight real exports of School Data Sync, with the counts that an independent script found.
@Suite(
    .enabled(if: RealData.sequence != nil, "SYNCD_REAL_DATA is not set: tests on real exports are skipped"),
    .serialized
)
struct RealDataTests {
    /// What each step must find by kind; a kind that is not named does not change.
    static let steps: [[String: EntityCounts]] = [
        [
            "pupil": .init(new: 17), "enrolment": .init(new: 42), "class": .init(new: 21), "teacher": .init(new: 12),
            "teaching": .init(new: 18), "base": .init(new: 2),
        ],
        ["pupil": .init(changed: 17), "teacher": .init(changed: 12)],
        ["pupil": .init(new: 23), "enrolment": .init(new: 32)],
        ["pupil": .init(new: 70)],
        ["pupil": .init(changed: 104), "class": .init(new: 7, changed: 21)],
        [
            "enrolment": .init(new: 728, gone: 32), "teacher": .init(changed: 7),
            "teaching": .init(new: 22, gone: 12),
        ],
        ["pupil": .init(gone: 24), "enrolment": .init(gone: 168)],
        ["class": .init(changed: 28)],
    ]

    static let kinds = ["pupil", "enrolment", "class", "teacher", "teaching", "base"]

    @Test("eight steps give exactly the known counts, every repeat appends nothing, and the copy is equal after each")
    func sequence() throws {
        let folders = try RealData.folders()
        let store = try TestStore()
        try #require(folders.count == Self.steps.count)
        for (index, folder) in folders.enumerated() {
            let report = try store.importSDS(folder, "--register", "--allow-removals", "1000")
            for kind in Self.kinds {
                let found = EntityCounts(kind, of: report)
                var wanted = Self.steps[index][kind] ?? EntityCounts()
                wanted.unchanged = found.unchanged
                #expect(found == wanted, "step \(index + 1), \(kind)")
            }
            let again = try store.importSDS(folder, "--register", "--allow-removals", "1000")
            #expect(again["appended"] as? Int == 0, "step \(index + 1) again")
            if index == 0 { try prepare(store) }
            try store.succeed("task", "run", "nightly")
            let comparison = try store.compareCopies()
            #expect(comparison.output == "equal\n", "step \(index + 1): \(comparison.output)")
        }
        try store.succeed("projections", "verify")
    }

    @Test("steps 6 and 7 are held without --allow-removals; additions and changes go in")
    func held() throws {
        let folders = try RealData.folders()
        let store = try TestStore()
        for folder in folders.prefix(5) { try store.importSDS(folder, "--register") }
        let sixth = try store.importSDS(folders[5])
        #expect(EntityCounts("enrolment", of: sixth).held == 32)
        #expect(EntityCounts("enrolment", of: sixth).gone == 0)
        #expect(EntityCounts("enrolment", of: sixth).new == 728)
        #expect(EntityCounts("teaching", of: sixth).held == 12)
        let strict = try store.run(
            ["import", "--format", "sds-csv", "--full", "--date-order", "mdy", folders[5], "--strict"])
        #expect(strict.code == 3)
        #expect(strict.errors.contains("--allow-removals"))
        try store.importSDS(folders[5], "--allow-removals", "32")
        let seventh = try store.importSDS(folders[6])
        #expect(EntityCounts("pupil", of: seventh).held == 24)
        #expect(EntityCounts("enrolment", of: seventh).held == 168)
    }

    @Test("slash dates without --date-order are refused, and nothing is appended")
    func dateOrder() throws {
        let store = try TestStore()
        let before = try store.events().count
        let outcome = try store.run(
            ["import", "--format", "sds-csv", "--full", "--register", try RealData.folders()[0]])
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("--date-order"))
        #expect(try store.events().count == before)
    }

    @Test("no password of the exports is anywhere in the store")
    func passwords() throws {
        let store = try TestStore()
        try store.importSDS(try RealData.folders()[0], "--register")
        let opened = try store.run(["replay", "--format", "jsonl", "--open", "--reason", "test"])
        #expect(!opened.output.contains("P@ssw"))
    }

    private func prepare(_ store: TestStore) throws {
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try store.succeed("base", "config", "10001", "--laestab", "0012001")
        try store.succeed("base", "config", "10002", "--laestab", "0012002")
        for base in ["10001", "10002"] { try store.succeed("consent", "accept", "pupil-core", "--base", base) }
        try store.succeed("task", "create", "nightly", "--to", "Council", "--base", "10001", "--base", "10002")
    }
}

/// Where the real exports are.
enum RealData {
    static let sequence: String? = ProcessInfo.processInfo.environment["SYNCD_REAL_DATA"].map {
        $0 + "/OfficeDev-O365-EDU-Tools/sequence"
    }

    static func folders() throws -> [String] {
        let sequence = try #require(sequence)
        return try FileManager.default.contentsOfDirectory(atPath: sequence).sorted().map { sequence + "/" + $0 }
    }
}

extension TestStore {
    /// Imports a School Data Sync folder with US dates, as machines are told of it.
    @discardableResult
    fileprivate func importSDS(_ folder: String, _ more: String...) throws -> [String: Any] {
        let outcome = try run(
            ["import", "--format", "sds-csv", "--full", "--date-order", "mdy", folder, "--json"] + more
        )
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
        return try outcome.object
    }
}
