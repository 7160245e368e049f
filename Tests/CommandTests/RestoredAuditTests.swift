import Foundation
import Testing

/// The audit commands, and the tool that shares no code with them, over two epochs (log.md section 7).
@Suite struct RestoredAuditTests {
    private func keep(_ text: Any?, _ store: TestStore, _ name: String) throws -> String {
        try store.scratch.write(try #require(text as? String), to: name)
        return store.scratch.path(name)
    }

    private func check(_ arguments: [String]) throws -> Program.Outcome {
        let tool = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("tools/audit-verify/audit-verify").path
        return try Program.run(URL(fileURLWithPath: "/usr/bin/env"), ["python3", tool] + arguments)
    }

    @Test("Checkpoints and proofs of before a restore stay good, those of after it have a tree of their own")
    func twoEpochs() throws {
        let store = try TestStore()
        let backup = try store.scratch.folder("backup")
        try store.importDay(1)
        let first = try store.object("audit", "checkpoint")
        let before = try keep(first["checkpoint"], store, "before.txt")
        try store.succeed("backup", backup)
        try store.importDay(2)
        let lost = try keep(try store.object("audit", "checkpoint")["checkpoint"], store, "lost.txt")
        try store.withoutServer()
        try FileManager.default.removeItem(atPath: store.path)
        let restored = try store.run(["restore", backup, store.path])
        #expect(restored.code == 0, "\(restored.errors)")

        let now = try store.object("audit", "checkpoint")
        #expect((now["origin"] as? String)?.hasSuffix("/2") == true)
        let after = try keep(now["checkpoint"], store, "after.txt")
        let verified = try store.object("audit", "verify", "--since", before, "--since", after)
        #expect(verified["intact"] as? Bool == true && verified["epochsBegun"] as? Int == 1, "\(verified)")
        // What was restored to is before the other checkpoint: that is said, and not taken for a changed log.
        let put = try store.run(["audit", "verify", "--since", lost])
        #expect(put.code == 1 && put.output.contains("restored to before it"), "\(put.output)")

        let end = try store.object("status")["durableEnd"] as? Int ?? 0
        for position in [1, 700, end - 1, end] {
            let proof = try store.object("audit", "prove", "--position", "\(position)")
            let written = try #require(proof["proof"] as? String)
            let file = try keep(written, store, "proof-\(position).txt")
            let origin = try #require(written.components(separatedBy: "\n\n")[1].split(separator: "\n").first)
            let signing = try #require((now["keys"] as? [String])?.first)
            let key = try keyNamed(String(origin), like: signing)
            let outcome = try check(["proof", file, "--key", key])
            #expect(outcome.code == 0 && outcome.output.hasPrefix("Good"), "\(outcome.output)\(outcome.errors)")
        }
        let old = try keep(try store.object("audit", "prove", "--from", before)["proof"], store, "old-growth.txt")
        let key = try #require((first["keys"] as? [String])?.first)
        #expect(try check(["growth", before, old, "--key", key]).output.hasPrefix("Good"))
        try store.importDay(2)
        let new = try keep(try store.object("audit", "prove", "--from", after)["proof"], store, "new-growth.txt")
        let newKey = try #require((now["keys"] as? [String])?.first)
        #expect(try check(["growth", after, new, "--key", newKey]).output.hasPrefix("Good"))
        #expect(try store.object("audit", "verify", "--since", after)["intact"] as? Bool == true)
    }

    /// The store's key under another tree's name, as `audit checkpoint` would tell it.
    private func keyNamed(_ origin: String, like key: String) throws -> String {
        let tool = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("tools/audit-verify").path
        let script = """
            import sys, hashlib, base64
            sys.path.insert(0, sys.argv[1])
            from real_store import module
            data = bytes([module.ED25519]) + module.Key(sys.argv[3]).public
            name = sys.argv[2]
            digest = hashlib.sha256(name.encode() + b"\\n" + data).digest()[:4]
            print(f"{name}+{digest.hex()}+{base64.b64encode(data).decode()}")
            """
        let outcome = try Program.run(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["python3", "-c", script, tool, origin, key]
        )
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
