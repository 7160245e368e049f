import Foundation
import School
import Testing

@testable import Commands

/// Rulings 11 over every way out that there is, with a contact whom a court order bars and a child who is looked after.
@Suite struct SafeguardingTests {
    @Test("a command without a way out, and without being named as silent, is refused")
    func known() {
        for (command, type) in CommandWords.all where type is any SyncdCommand.Type {
            let isKnown = SafeguardingTable.paths[command] != nil || SafeguardingTable.silent.contains(command)
            #expect(isKnown, "`syncd \(command)` has no row in SafeguardingTable")
        }
        let words = Set(CommandWords.all.map(\.words))
        #expect(SafeguardingTable.silent.union(SafeguardingTable.paths.keys).subtracting(words) == [])
    }

    /// A barred contact with a name that nobody else has, and a looked-after child.
    private struct Story {
        let store: TestStore
        let pupil: String
        let barred = "Zzyzxbarred"
        let authority = "999"
    }

    private func story() throws -> Story {
        let store = try TestStore()
        let days = try SampleSchools.shared.get()
        let folder = store.scratch.path("day")
        try FileManager.default.copyItem(atPath: days.folder(1), toPath: folder)
        let links = try rows(folder, "pupil-contacts.csv")
        let (pupilAt, contactAt, orderAt) = (
            try place("pupil_key", links), try place("contact_key", links), try place("court_order", links)
        )
        let (pupil, contact) = (links[1][pupilAt], links[1][contactAt])
        try put(
            links.enumerated().map { number, row in
                var row = row
                if number > 0, row[contactAt] == contact { row[orderAt] = "true" }
                return row
            },
            folder,
            "pupil-contacts.csv"
        )
        var people = try rows(folder, "contacts.csv")
        let (keyAt, nameAt) = (try place("contact_key", people), try place("surname", people))
        for index in people.indices.dropFirst() where people[index][keyAt] == contact {
            people[index][nameAt] = "Zzyzxbarred"
        }
        try put(people, folder, "contacts.csv")
        try put([["pupil_key", "in_care", "care_authority"], [pupil, "true", "999"]], folder, "looked-after.csv")
        var manifest = try rows(folder, "manifest.csv")
        let (valueAt, rowsAt) = (try place("value", manifest), try place("rows", manifest))
        for index in manifest.indices where manifest[index][valueAt] == "looked-after.csv" {
            manifest[index][rowsAt] = "1"
        }
        try put(manifest, folder, "manifest.csv")
        let outcome = try store.run(["import", "--format", "syncd-csv", "--full", "--register", folder])
        #expect(outcome.code == 0, "\(outcome.errors)")
        return Story(store: store, pupil: pupil)
    }

    private func rows(_ folder: String, _ file: String) throws -> [[String]] {
        try String(contentsOfFile: folder + "/" + file, encoding: .utf8).split(whereSeparator: \.isNewline)
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    private func place(_ column: String, _ rows: [[String]]) throws -> Int {
        try #require(rows.first?.firstIndex(of: column))
    }

    private func put(_ rows: [[String]], _ folder: String, _ file: String) throws {
        let text = rows.map { $0.joined(separator: ",") }.joined(separator: "\r\n") + "\r\n"
        try text.write(toFile: folder + "/" + file, atomically: true, encoding: .utf8)
    }

    /// All that lies in a folder, archives unpacked.
    private func content(_ folder: String) throws -> String {
        var text = ""
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let path = folder + "/" + name
            if name.hasSuffix(".zip") {
                text += try Program.run(URL(fileURLWithPath: "/usr/bin/env"), ["python3", "-m", "zipfile", "-l", path])
                    .output
                let unpacked = folder + "-unpacked"
                _ = try Program.run(
                    URL(fileURLWithPath: "/usr/bin/env"),
                    ["python3", "-m", "zipfile", "-e", path, unpacked]
                )
                text += try content(unpacked)
            } else {
                text += try String(contentsOfFile: path, encoding: .utf8)
            }
        }
        return text
    }

    @Test(
        "rulings 11: no file tells through a barred contact where the child lives, or that the child is looked after"
    )
    func files() throws {
        let story = try story()
        let store = story.store
        let classes = try store.scratch.folder("classes")
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try store.succeed("recipient", "add", "Platform", "--party", "8201234", "--folder", classes)
        let key = SampleSchools.keys[0]
        try store.succeed("base", "config", key, "--laestab", key)
        try store.succeed("consent", "accept", "pupil-core", "class-lists", "--base", key)
        try store.succeed("task", "create", "core", "--base", key, "--to", "Council")
        try store.succeed(
            "task",
            "create",
            "lists",
            "--base",
            key,
            "--to",
            "Platform",
            "--report",
            "class-lists",
            "--format",
            "oneroster"
        )
        for task in ["core", "lists"] { try store.succeed("task", "run", task) }
        let copy = store.scratch.path("expected.json")
        try store.succeed("task", "show", "core", "--copy", copy, "--reason", "test")
        let run = try #require(try store.objects("task", "log", "core").first?["run"] as? Int)
        let again = try store.scratch.folder("again")
        try store.succeed("replay", "--run", String(run), "--into", again, "--reason", "test")
        let outputs = [
            ("ces", try content(store.outbox)), ("oneRoster", try content(classes)), ("rerun", try content(again)),
            ("expectedCopy", try String(contentsOfFile: copy, encoding: .utf8)),
            ("preview", try store.run(["task", "run", "core", "--preview", "--json"]).output),
        ]
        for (path, text) in outputs {
            #expect(!text.isEmpty, "\(path)")
            for word in ["InCare", "inCare", "in_care", "LookedAfter", "lookedAfter", "CourtOrder", "court_order"] {
                #expect(!text.contains(word), "\(path) has \(word)")
            }
        }
        #expect(!outputs[1].1.contains(story.barred), "a package gives contacts accounts")
        for (path, text) in [outputs[0], outputs[2]] {
            let contacts = text.matches(of: /<Contact>(.*?)<\/Contact>/.dotMatchesNewlines()).map(\.output.1)
            let barred = contacts.filter { $0.contains(story.barred) }
            #expect(!barred.isEmpty, "\(path): the authority has to know whom to keep away")
            for contact in barred {
                for word in ["Address", "Street", "PostCode"] {
                    #expect(!contact.contains(word), "\(path) has \(word)")
                }
            }
            #expect(contacts.contains { $0.contains("Address") }, "\(path): others' addresses are there")
        }
    }

    @Test("rulings 11, 12: closed ways out have no value of anybody, and opened ones are traced")
    func closed() throws {
        let story = try story()
        let names = try rows(story.store.scratch.path("day"), "pupils.csv")
        let at = try place("surname", names)
        let secrets = Set(names.dropFirst().map { $0[at] }.filter { $0.count > 4 }).union([story.barred, story.pupil])
        for command in [["replay", "--format", "jsonl"], ["changes", "--json"], ["audit", "disclosures", "--json"]] {
            let output = try story.store.run(command).output
            for secret in secrets { #expect(!output.contains(secret), "\(command) has \(secret)") }
        }
        let before = try story.store.events("--type", "RecordsRead").count
        let opened = [
            ["pupil", "show", story.pupil, "--reason", "test"], ["pupil", "find", "amoah", "--reason", "test"],
            ["history", story.pupil, "--reason", "test"], ["pupil", "consents", story.pupil, "--reason", "test"],
            ["changes", "--open", "--reason", "test", "--limit", "5"],
            ["replay", "--open", "--reason", "test", "--from", "1", "--to", "5"],
        ]
        for command in opened { #expect(try story.store.run(command).code == 0, "\(command)") }
        #expect(try story.store.events("--type", "RecordsRead").count == before + opened.count)
        for command in opened {
            let withoutReason = command.filter { $0 != "--reason" && $0 != "test" }
            #expect(try story.store.run(withoutReason).code == 64, "\(withoutReason)")
        }
    }
}
