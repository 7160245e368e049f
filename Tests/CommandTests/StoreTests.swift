import Foundation
import Testing

@Suite struct StoreTests {
    @Test("init makes a store, its key beside it, and says so")
    func initialise() throws {
        let store = try TestStore(initialised: false)
        let outcome = try store.succeed("init", "--owner", "authority")
        #expect(outcome.output.contains("The authority's store is ready: \(store.path)"))
        #expect(FileManager.default.fileExists(atPath: store.path + ".keys"))
        let events = try store.events()
        #expect(events.map { $0["type"] as? String } == ["ActorNamed", "StoreCreated"])
        #expect((events[1]["open"] as? [String: Any])?["owner"] as? String == "authority")
    }

    @Test("a store is not made twice")
    func twice() throws {
        let store = try TestStore()
        try store.withoutServer()
        #expect(try store.refusal("init") == "storeExists")
    }

    @Test("a folder with other things in it is not taken for a store")
    func otherFolder() throws {
        let store = try TestStore(initialised: false)
        try store.scratch.write("mine", to: "store/letter.txt")
        #expect(try store.refusal("init") == "notAStore")
        #expect(try store.refusal("status") == "notAStore")
        #expect(try String(contentsOfFile: store.path + "/letter.txt", encoding: .utf8) == "mine")
    }

    @Test("no store named: what to do is said")
    func unnamed() throws {
        let outcome = try Program.run(["status"])
        #expect(outcome.code == 1)
        #expect(
            outcome.errors == "syncd: No store is named. Name its folder with --store FOLDER, or set SYNCD_STORE.\n"
        )
    }

    @Test("a key folder that is missing, wrong or inside the store is refused")
    func keys() throws {
        let store = try TestStore()
        try store.withoutServer()
        #expect(try store.refusal("status", "--key-dir", store.scratch.path("nowhere")) == "keyFolderMissing")
        let empty = try store.scratch.folder("empty")
        #expect(try store.refusal("status", "--key-dir", empty) == "keyMissing")
        #expect(try store.refusal("status", "--key-dir", store.path + "/keys") == "keyFolderInsideStore")
        let other = try TestStore()
        let key = try #require(try FileManager.default.contentsOfDirectory(atPath: store.path + ".keys").first)
        let others = try #require(try FileManager.default.contentsOfDirectory(atPath: other.path + ".keys").first)
        try FileManager.default.copyItem(atPath: other.path + ".keys/" + others, toPath: empty + "/" + key)
        #expect(try store.refusal("status", "--key-dir", empty) == "keyWrong")
    }

    @Test("a store of a newer syncd is refused and left as it is")
    func newer() throws {
        let store = try TestStore()
        try store.withoutServer()
        let control = store.path + "/control"
        let text = try String(contentsOfFile: control, encoding: .utf8)
        let newer = text.replacingOccurrences(of: "syncd-store 1", with: "syncd-store 9")
        try newer.write(toFile: control, atomically: false, encoding: .utf8)
        #expect(try store.refusal("status") == "newerFormat")
        #expect(try String(contentsOfFile: control, encoding: .utf8) == newer)
    }

    @Test("an account gets one random id, and its name stands nowhere in the open")
    func actor() throws {
        let store = try TestStore()
        try store.succeed("base", "add", "1")
        try store.succeed("base", "add", "2")
        let actors = Set(try store.events().compactMap { $0["actor"] as? String })
        #expect(actors.count == 1)
        #expect(try store.events("--type", "ActorNamed").count == 1)
    }

    @Test("a reader that goes away ends the output and nothing else")
    func readerGone() throws {
        let store = try TestStore()
        for base in 1...20 { try store.succeed("base", "add", String(base)) }
        let syncd = Program.folder.appendingPathComponent("syncd").path
        let shell = URL(fileURLWithPath: "/bin/sh")
        let script = "\(syncd) replay --format jsonl --store \(store.path) | head -1; true"
        let outcome = try Program.run(shell, ["-c", script])
        #expect(outcome.code == 0)
        #expect(outcome.errors == "")
        try store.succeed("projections", "verify")
    }
}
