import Foundation
import Testing

/// What happened to one person, as text, JSON and a page, and what of it left.
@Suite struct HistoryTests {
    private func school() throws -> TestStore {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        for day in 2...4 { try store.importDay(day) }
        return store
    }

    /// A pupil of whom something changed, and the change.
    private func changed(_ store: TestStore) throws -> (id: String, field: String, before: String, after: String) {
        let ids = try store.objects("pupil", "find", "P-001", "--reason", "test").compactMap { $0["id"] as? String }
        for id in ids {
            for step in try store.objects("history", id, "--reason", "test") {
                for change in step["changes"] as? [[String: Any]] ?? [] {
                    if let before = change["before"] as? String, let after = change["after"] as? String {
                        return (id, change["field"] as? String ?? "", before, after)
                    }
                }
            }
        }
        throw Program.Unexpected("nothing changed in four days")
    }

    @Test("history tells a field that changed with before and after, who did it and from which import and files")
    func fields() throws {
        let store = try school()
        let found = try changed(store)
        let text = try store.succeed("history", found.id, "--reason", "test").output
        #expect(text.contains("~ \(found.field) \(found.before) -> \(found.after)"))
        #expect(text.contains("import ") && text.contains(", by "))
        let steps = try store.objects("history", found.id, "--reason", "test")
        let told = try #require(steps.first { $0["group"] as? String == "basicDetails" })
        let files = (told["source"] as? [String: Any])?["files"] as? [String]
        #expect(files?.contains("pupils.csv") == true)
        #expect(told["actorName"] as? String != nil)
        let mark = try #require(steps.first { $0["kind"] as? String == "mark" })
        #expect((mark["session"] as? String)?.hasPrefix("2025-09-0") == true)
        // Each by the line of its file.
        let day = try SampleSchools.shared.get().folder(1)
        for step in [told, mark] {
            let source = try #require(step["source"] as? [String: Any])
            let (file, line) = (try #require(source["file"] as? String), try #require(source["line"] as? Int))
            let lines = try String(contentsOfFile: day + "/" + file, encoding: .utf8)
                .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            let key = try #require(told["misKey"] as? String)
            #expect(lines[line - 1].contains(key), "\(file), line \(line)")
            #expect(text.contains(": \(file), line \(line)"))
        }
    }

    @Test("what was permitted and held is part of a history, and the person is not told which other person said so")
    func decisions() throws {
        let store = try TestStore()
        try store.importDay(1)
        let rows = try Self.rows(of: "pupil-contacts")
        let link = try #require(
            rows.first { $0["parental_responsibility"] == "true" && $0["court_order"] != "true" }
        )
        let (pupil, contact) = (try #require(link["pupil_key"]), try #require(link["contact_key"]))
        let said = ["--by", contact, "--wording", "photos 2025", "--written"]
        #expect(try store.run(["pupil", "consent", pupil, "photo", "--given"] + said).code == 0)
        #expect(try store.run(["pupil", "consent", pupil, "photo", "--withdrawn"] + said).code == 0)
        try store.succeed("retention", "hold", pupil, "--reason", "Inquiry 7")
        let text = try store.succeed("history", pupil, "--reason", "test").output
        for told in ["given by contact \(contact) in writing, wording photos 2025", "withdrawn by contact", "is held"] {
            #expect(text.contains(told), "\(told)")
        }
        #expect(!text.contains("Inquiry 7"))
        let folder = store.scratch.path("answer")
        try store.succeed("audit", "bundle", pupil, folder, "--for", "subject", "--reason", "Request 14")
        let bundle = try String(contentsOfFile: folder + "/bundle.json", encoding: .utf8)
        #expect(bundle.contains("permission for photo given by a contact in writing") && !bundle.contains(contact))
    }

    private static func rows(of group: String) throws -> [[String: String]] {
        let path = try SampleSchools.shared.get().folder(1) + "/\(group).csv"
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let columns = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) }
    }

    @Test("a page needs nothing beside it, holds each value, and is written once")
    func page() throws {
        let store = try school()
        let found = try changed(store)
        let path = store.scratch.path("history.html")
        try store.succeed("history", found.id, "--html", path, "--reason", "<b>test</b>")
        let page = try String(contentsOfFile: path, encoding: .utf8)
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
        #expect(page.contains("&lt;b&gt;test&lt;/b&gt;") && !page.contains("<b>test"))
        #expect(page.contains("class=\"before\">\(found.before)<") && page.contains("<td>\(found.after)</td>"))
        for outside in ["http:", "https:", "<script", "<img", "<link", "src="] { #expect(!page.contains(outside)) }
        #expect(try store.refusal("history", found.id, "--html", path, "--reason", "again") == "fileUnusable")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == page)
    }

    @Test("somebody is found by whole name within a base, in either order, and not by part of it")
    func names() throws {
        let store = try school()
        let pupil = try #require(try store.objects("pupil", "find", "P-001-00003", "--reason", "test").first)
        let (first, last) = (pupil["forename"] as? String ?? "", pupil["surname"] as? String ?? "")
        for name in ["\(first) \(last)", "\(last), \(first)", "\(first) \(last)".lowercased()] {
            let steps = try store.objects("history", name, "--base", "0012001", "--reason", "test")
            #expect(steps.first?["entity"] as? String == pupil["id"] as? String, "\(name)")
        }
        #expect(try store.refusal("history", last, "--reason", "test") == "subjectUnknown")
        #expect(
            try store.refusal("subject", "erase", "\(first) \(last)", "--base", "0012001", "--reason", "x", "--dry-run")
                == "subjectUnknown"
        )
        let contact = try store.objects("history", "K-001-00001", "--base", "0012001", "--reason", "test")
        #expect(contact.first?["kind"] as? String == "contact")
    }

    @Test(
        "the ledger: what left of one person, under which acceptance, held or erased since, and whether the recipient knows"
    )
    func ledger() throws {
        let store = try school()
        let key = "P-001-00003"
        let pupil = try #require(
            try store.objects("pupil", "find", key, "--reason", "test").first?["id"] as? String
        )
        let left = try store.objects("history", key, "--disclosures", "--reason", "test")
        #expect(!left.isEmpty && left.allSatisfy { $0["standing"] as? String == "held" })
        #expect(left.allSatisfy { $0["recipient"] as? String == "Council" && $0["acceptedAt"] as? Int ?? 0 > 0 })
        let all = try store.objects("audit", "disclosures").filter { $0["pupil"] as? String == pupil }
        #expect(all.count == left.count)
        let run = try #require(left.first?["run"] as? Int)
        let summary = try store.object("audit", "run", String(run))
        #expect(summary["recipient"] as? String == "Council" && summary["pupils"] as? Int ?? 0 > 10)
        let people = try store.objects("audit", "run", String(run), "--people", "--reason", "breach").dropFirst()
        let named = try #require(people.first { $0["pupil"] as? String == pupil })
        #expect(named["name"] is String && people.count == summary["pupils"] as? Int)
        try store.succeed(
            "subject",
            "erase",
            key,
            "--group",
            "address",
            "--base",
            "0012001",
            "--reason",
            "x",
            "--now",
            "--confirm",
            "1"
        )
        func standings(_ group: String) throws -> Set<String> {
            let rows = try store.objects("audit", "disclosures").filter {
                $0["pupil"] as? String == pupil && $0["run"] as? Int == run && $0["group"] as? String == group
            }
            return Set(rows.compactMap { $0["standing"] as? String })
        }
        #expect(try standings("address") == ["erased"])
        #expect(try standings("basicDetails") == ["held"])
        try store.succeed("task", "run", "nightly")
        #expect(try standings("address") == ["erased, recipient told"])
        let again = try store.objects("audit", "run", String(run), "--people", "--reason", "breach").dropFirst()
        #expect(again.first { $0["pupil"] as? String == pupil }?["standing"] as? String == "erased, recipient told")
        #expect(try store.refusal("audit", "run", "1") == "runUnknown")
        #expect(try store.run(["audit", "run", "1", "--people"]).code == 64)
    }
}
