import Foundation
import Testing

@Suite struct ReplayTests {
    @Test("one object an event: every member is there, ids are hex, times have microseconds, positions are gapless")
    func members() throws {
        let store = try TestStore()
        try store.importDay(1)
        let events = try store.events()
        #expect(events.compactMap { $0["position"] as? Int } == Array(1...events.count))
        let names: Set = [
            "position", "type", "schemaVersion", "base", "stream", "version", "recordedAt", "actor", "commandId",
            "cause", "batch", "open", "parts",
        ]
        for event in events {
            #expect(Set(event.keys) == names)
            for id in ["base", "stream", "actor", "commandId"] {
                let hex = event[id] as? String ?? ""
                #expect(hex.count == 32 && hex.allSatisfy(\.isHexDigit), "\(id) \(hex)")
            }
            let time = event["recordedAt"] as? String ?? ""
            #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "\(time)")
            let batch = event["batch"] as? [String: Int] ?? [:]
            #expect((batch["index"] ?? -1) < (batch["size"] ?? -1))
            for part in event["parts"] as? [[String: Any]] ?? [] {
                #expect(Set(part.keys) == ["class", "keyId", "sealed"])
            }
        }
    }

    @Test("nothing of a person is printed until it is opened, and the opening is an event")
    func opening() throws {
        let store = try TestStore()
        try store.importDay(1)
        let surname = try Self.surname(of: 1)
        let closed = try store.run(["replay", "--format", "jsonl"])
        #expect(!closed.output.contains(surname))
        #expect(try !store.succeed("replay").output.contains(surname))

        let end = try store.events().count
        let opened = try store.run(
            ["replay", "--format", "jsonl", "--type", "PupilGroupChanged", "--open", "--reason", "Query 81"])
        #expect(opened.output.contains(surname))
        let reads = try store.events("--type", "RecordsRead")
        #expect(reads.count == 1)
        #expect(reads[0]["position"] as? Int == end + 1)
        let open = reads[0]["open"] as? [String: Any]
        #expect(open?["command"] as? String == "replay")
        #expect(open?["to"] as? Int == end)
        #expect((reads[0]["parts"] as? [[String: Any]])?.first?["class"] as? String == "audit")
        #expect(!closed.output.contains("Query 81"))
    }

    @Test("the whole log can be opened, and the key that signs checkpoints is shown to nobody")
    func openingEverything() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.succeed("audit", "checkpoint")
        let opened = try store.run(["replay", "--format", "jsonl", "--open", "--reason", "Query 82"])
        #expect(opened.code == 0, "\(opened.errors)")
        let made = opened.output.split(separator: "\n").filter { $0.contains("\"AuditKeyMade\"") }
        #expect(made.count == 1)
        #expect(made.allSatisfy { $0.contains("\"payload\":{\"withheld\":true}") })
        #expect(try store.run(["replay", "--open", "--reason", "Query 83"]).code == 0)
    }

    @Test("--open without a reason is bad usage, and nothing is written")
    func noReason() throws {
        let store = try TestStore()
        #expect(try store.run(["replay", "--open"]).code == 64)
        #expect(try store.run(["replay", "--open", "--reason", "  "]).code == 64)
        #expect(try store.events("--type", "RecordsRead").isEmpty)
    }

    @Test("from, to, base, type and stream choose events")
    func choosing() throws {
        let store = try TestStore()
        try store.importDay(1)
        let all = try store.events()
        #expect(try store.events("--from", "5", "--to", "9").compactMap { $0["position"] as? Int } == [5, 6, 7, 8, 9])
        let pupil = try #require(all.first { $0["type"] as? String == "PupilGroupChanged" })
        let stream = try #require(pupil["stream"] as? String)
        let expected = all.filter { $0["stream"] as? String == stream }.compactMap { $0["position"] as? Int }
        #expect(try store.events("--stream", stream).compactMap { $0["position"] as? Int } == expected)
        let base = try #require(pupil["base"] as? String)
        let bases = try store.run(["base", "list", "--json"])
        let list = try #require(
            try JSONSerialization.jsonObject(with: Data(bases.output.utf8)) as? [[String: Any]]
        )
        let key = try #require(list.first { $0["id"] as? String == base }?["key"] as? String)
        let atBase = all.filter { $0["base"] as? String == base }.count
        #expect(try store.events("--base", key).count == atBase)
        #expect(try store.refusal("replay", "--from", "100000") == "positionBeyondEnd")
        #expect(try store.run(["replay", "--type", "NoSuchType"]).code == 64)
    }

    @Test("history tells before and after of one pupil, and is itself written down")
    func history() throws {
        let store = try TestStore()
        for day in 1...3 { try store.importDay(day) }
        let pupil = try Self.pupilKey(of: 1)
        let outcome = try store.run(["history", pupil, "--base", "0012001", "--reason", "Access request", "--json"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        let steps = try outcome.objects
        #expect(steps.contains { $0["group"] as? String == "basicDetails" && $0["what"] as? String == "told" })
        #expect(try store.events("--type", "RecordsRead").count == 1)
        #expect(try store.run(["history", pupil]).code == 64)
        #expect(try store.refusal("history", "nobody", "--reason", "x") == "subjectUnknown")
    }

    private static func cell(_ column: String, of day: Int) throws -> String {
        let file = try SampleSchools.shared.get().folder(day) + "/pupils.csv"
        let lines = try String(contentsOfFile: file, encoding: .utf8).split(whereSeparator: \.isNewline)
        let header = lines[0].split(separator: ",", omittingEmptySubsequences: false)
        let row = lines[1].split(separator: ",", omittingEmptySubsequences: false)
        let index = try #require(header.firstIndex { $0 == column })
        return String(row[index])
    }

    private static func surname(of day: Int) throws -> String { try cell("surname", of: day) }
    private static func pupilKey(of day: Int) throws -> String { try cell("pupil_key", of: day) }
}
