import Foundation
import Testing

/// Public lists of schools, as people import them.
@Suite struct ReferenceTests {
    private static let header = "URN,LinkURN,LinkName,LinkType,LinkEstablishedDate"

    @Test("a list goes in once; the same again appends nothing; what differs is counted")
    func import_() throws {
        let store = try TestStore()
        let rows = (1...30).map { "1000\($0 + 10),140001,Oakfield,Successor,01-09-2024" }
        let first = try store.importLinks([Self.header] + rows)
        #expect(EntityCounts("establishmentLink", of: first) == .init(new: 30))
        #expect(first["appended"] as? Int == 1)
        let again = try store.importLinks([Self.header] + rows)
        #expect(again["appended"] as? Int == 0)
        #expect(EntityCounts("establishmentLink", of: again) == .init(unchanged: 30))
        let changed = [Self.header, rows[0].replacing("Oakfield", with: "Oak")] + rows[2...]
        #expect(
            EntityCounts("establishmentLink", of: try store.importLinks(changed))
                == .init(changed: 1, unchanged: 28, gone: 1)
        )
        try store.succeed("projections", "verify")
    }

    @Test("a public list is no import that can be undone: that is refused, and said")
    func undo() throws {
        let store = try TestStore()
        try store.importLinks([Self.header, "100001,140001,Oakfield,Successor,"])
        let run = try #require(try store.objects("import", "list").first?["run"] as? Int)
        #expect(try store.refusal("import", "undo", "\(run)", "--yes") == "notUndoable")
    }

    @Test("a torn list is held until a person allows it, and a dry run appends nothing")
    func held() throws {
        let store = try TestStore()
        let rows = (1...30).map { "1000\($0 + 10),140001,Oakfield,Successor," }
        try store.importLinks([Self.header] + rows)
        let before = try store.events().count
        let dry = try store.importLinks([Self.header] + rows[..<10], "--dry-run")
        #expect(EntityCounts("establishmentLink", of: dry).held == 20)
        #expect(try store.events().count == before)
        try store.importLinks([Self.header] + rows[..<10])
        let waiting = try store.object("status")["waiting"] as? [String]
        #expect(waiting?.first?.contains("20 removals from gias-links held") == true)
        let allowed = try store.importLinks([Self.header] + rows[..<10], "--allow-removals", "20")
        #expect(EntityCounts("establishmentLink", of: allowed) == .init(unchanged: 10, gone: 20))
    }

    @Test("Invariant 9: a bad row waits with file, line and field, the rest goes in; --strict says so")
    func parked() throws {
        let store = try TestStore()
        let rows = [Self.header, "100001,140001,Oakfield,Successor,", "100002,x,Elm,Successor,"]
        let report = try store.importLinks(rows)
        #expect(report["parked"] as? Int == 1)
        let issue = (report["issues"] as? [[String: Any]])?.first
        #expect(issue?["line"] as? Int == 3 && issue?["field"] as? String == "LinkURN")
        let path = try store.links(rows)
        let strict = try store.run(["import", "--format", "gias-links", "--full", path, "--strict"])
        #expect(strict.code == 3 && strict.errors.contains("links.csv, line 3, LinkURN"))
    }

    @Test("options that a public list has no use for are refused")
    func options() throws {
        let store = try TestStore()
        let outcome = try store.run(["import", "--format", "gias-links", "--full", "x.csv", "--register"])
        #expect(outcome.code == 64)
    }
}

/// Nine real extracts of the links, with the counts that an independent script found.
@Suite(.enabled(if: RealLinks.folder != nil, "SYNCD_REAL_DATA is not set: tests on real public lists are skipped"))
struct RealLinksTests {
    /// Rows, new, changed and gone of each extract.
    static let counts = [
        (31_274, 31_274, 0, 0), (31_502, 257, 23, 29), (31_714, 216, 43, 4), (32_197, 528, 112, 45),
        (32_359, 165, 50, 3), (32_626, 281, 73, 14), (32_825, 205, 45, 6), (33_472, 725, 138, 78),
        (33_801, 343, 109, 14),
    ]

    @Test("nine extracts give exactly the known counts, and every repeat appends nothing")
    func sequence() throws {
        let folder = try #require(RealLinks.folder)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        try #require(files.count == Self.counts.count)
        let store = try TestStore()
        for (file, (rows, new, changed, gone)) in zip(files, Self.counts) {
            let wanted = EntityCounts(new: new, changed: changed, unchanged: rows - new - changed, gone: gone)
            let report = try store.object("import", "--format", "gias-links", "--full", folder + "/" + file)
            #expect(EntityCounts("establishmentLink", of: report) == wanted, "\(file)")
            #expect(report["rows"] as? Int == rows && report["parked"] as? Int == 0)
            let again = try store.object("import", "--format", "gias-links", "--full", folder + "/" + file)
            #expect(again["appended"] as? Int == 0, "\(file) again")
            #expect(EntityCounts("establishmentLink", of: again) == .init(unchanged: rows))
        }
        try store.succeed("projections", "verify")
    }
}

/// Where the real extracts are.
enum RealLinks {
    static let folder = ProcessInfo.processInfo.environment["SYNCD_REAL_DATA"].map {
        $0 + "/MastodonC-witan.gias/sequence"
    }
}

extension TestStore {
    /// Writes a list of links.
    func links(_ lines: [String]) throws -> String {
        try scratch.write(lines.joined(separator: "\r\n") + "\r\n", to: "links.csv")
        return scratch.path("links.csv")
    }

    /// Imports a list of links, as machines are told of it.
    @discardableResult
    func importLinks(_ lines: [String], _ more: String...) throws -> [String: Any] {
        let outcome = try run(["import", "--format", "gias-links", "--full", try links(lines), "--json"] + more)
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
        return try outcome.object
    }
}
