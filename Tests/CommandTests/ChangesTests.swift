import Foundation
import Testing

@testable import Commands

@Suite struct ChangesTests {
    /// Reads all pages, the first one from a cursor or from the beginning.
    private func read(_ store: TestStore, _ words: [String], since: String? = nil) throws -> (
        pages: [[String: Any]], next: String
    ) {
        var pages: [[String: Any]] = []
        var cursor = since
        while true {
            let outcome = try store.run(
                ["changes", "--json", "--limit", "40"] + words + (cursor.map { ["--since", $0] } ?? [])
            )
            guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
            let page = try outcome.object
            pages.append(page)
            cursor = page["next"] as? String
            if page["hasMore"] as? Bool == false { break }
        }
        return (pages, try #require(cursor))
    }

    private func lines(_ pages: [[String: Any]], _ name: String) -> [[String: Any]] {
        pages.flatMap { $0[name] as? [[String: Any]] ?? [] }
    }

    @Test("everything comes first, then the net change of each day, in pages, and then nothing")
    func days() throws {
        let store = try TestStore()
        try store.importDay(1)
        let pupils = try SampleSchools.shared.get().pupils(at: "0012001")
        let words = ["--base", "0012001", "--class", "basicDetails", "--class", "address"]
        let first = try read(store, words)
        #expect(first.pages.count > 1)
        #expect(first.pages.allSatisfy { ($0["changes"] as? [Any])?.count ?? 0 <= 40 })
        let told = lines(first.pages, "changes")
        #expect(told.count == pupils && told.allSatisfy { $0["change"] as? String == "new" })
        #expect(Set(told.compactMap { $0["id"] as? String }).count == pupils)
        let versions = told.compactMap { $0["changeVersion"] as? Int }
        #expect(versions == versions.sorted() && versions.count == pupils)
        let available = first.pages[0]["available"] as? [String: Int]
        #expect(available?["oldestChangeVersion"] == 1)
        #expect(available?["newestChangeVersion"] == first.pages[0]["maxChangeVersion"] as? Int)
        #expect(first.pages[0]["minChangeVersion"] as? Int == 1)

        try store.importDay(2)
        let second = try read(store, words, since: first.next)
        let maximum = try #require(first.pages.last?["maxChangeVersion"] as? Int)
        #expect(second.pages[0]["minChangeVersion"] as? Int == maximum + 1)
        let rest = lines(second.pages, "changes").count + lines(second.pages, "deletes").count
        #expect(rest > 0 && rest < pupils)
        let third = try read(store, words, since: second.next)
        #expect(lines(third.pages, "changes").isEmpty && lines(third.pages, "deletes").isEmpty)
    }

    @Test("rulings 12: without --open no value is printed; with it the opening is written down")
    func opening() throws {
        let store = try TestStore()
        try store.importDay(1)
        let plain = try store.succeed("changes", "--class", "basicDetails", "--json").output
        let open = try store.succeed(
            "changes",
            "--class",
            "basicDetails",
            "--limit",
            "3",
            "--open",
            "--reason",
            "Check",
            "--json"
        ).output
        #expect(open.contains("surname") && open.contains("\"upn\":"))
        for word in ["surname", "keyValues", "data", "misKey"] { #expect(!plain.contains("\"\(word)\"")) }
        let readings = try store.events("--type", "RecordsRead")
        #expect(readings.count == 1)
        for words in [
            ["--open"], ["--reason", "x"], ["--report", "pupil-core"], ["--limit", "0"], ["--class", "no"],
        ] {
            #expect(try store.run(["changes"] + words).code == 64, "\(words)")
        }
    }

    @Test("a cursor for another question is refused, and so is a text that is none; --from-now skips what is there")
    func cursors() throws {
        let store = try TestStore()
        try store.importDay(1)
        let start = try store.object("changes", "--from-now", "--base", "0012001")
        let cursor = try #require(start["next"] as? String)
        let page = try store.object("changes", "--since", cursor, "--base", "0012001")
        #expect((page["changes"] as? [Any])?.isEmpty == true)
        #expect(try store.refusal("changes", "--since", cursor) == "cursorOfAnotherSelection")
        #expect(try store.refusal("changes", "--since", cursor, "--base", "0022001") == "cursorOfAnotherSelection")
        #expect(try store.refusal("changes", "--since", "rubbish") == "cursorUnreadable")
        let other = try TestStore()
        #expect(try other.refusal("changes", "--since", cursor) == "cursorOfAnotherLog")
    }

    @Test("invariant 7: under a report nothing is told before the head accepts, ids alone after")
    func report() throws {
        let store = try TestStore()
        try store.importDay(1)
        let words = ["changes", "--base", "0012001", "--report", "pupil-core", "--json"]
        let refused = try store.run(words)
        #expect(refused.code == 1 && refused.output.contains("notAccepted"))
        try store.succeed("consent", "accept", "pupil-core", "--base", "0012001")
        let page = try store.run(words).object
        let groups = Set((page["changes"] as? [[String: Any]] ?? []).flatMap { $0["groups"] as? [String] ?? [] })
        #expect(!groups.isEmpty)
        #expect(groups.isSubset(of: ["basicDetails", "address", "contacts", "contactDetails", "registration"]))
        #expect(try store.run(words + ["--open", "--reason", "x"]).code == 64)
    }
}
