import Foundation
import Testing

/// A person's history with its proofs, as an auditor or the person takes it away.
@Suite struct BundleTests {
    /// A store of two days, one transfer and a kept checkpoint.
    private func school() throws -> (store: TestStore, kept: String) {
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        try store.scratch.write(try store.succeed("audit", "checkpoint").output, to: "kept.txt")
        try store.importDay(2)
        return (store, store.scratch.path("kept.txt"))
    }

    private func verify(_ path: String, _ key: String, _ more: String...) throws -> Program.Outcome {
        let tool = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("tools/audit-verify/audit-verify").path
        return try Program.run(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["python3", tool, "bundle", path, "--key", key] + more
        )
    }

    private func key(_ store: TestStore) throws -> String {
        try #require((store.object("audit", "checkpoint")["keys"] as? [String])?.first)
    }

    @Test(
        "a bundle is checked without syncd, as a folder and as an archive, and any byte that is changed in it is found"
    )
    func bundle() throws {
        let (store, kept) = try school()
        let key = try key(store)
        let folder = store.scratch.path("bundle")
        let told = try store.object(
            "audit",
            "bundle",
            "P-001-00001",
            folder,
            "--for",
            "auditor",
            "--reason",
            "Complaint 12",
            "--since",
            kept
        )
        #expect(try #require(told["events"] as? Int) > 10)
        let good = try verify(folder, key, "--since", kept)
        #expect(good.code == 0 && good.output.contains("has only grown"), "\(good.output)\(good.errors)")
        let archive = store.scratch.path("bundle.zip")
        try store.succeed("audit", "bundle", "P-001-00001", archive, "--for", "subject", "--reason", "SAR 14")
        let zipped = try verify(archive, key)
        #expect(zipped.code == 0, "\(zipped.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.count == 7)
        for name in names {
            let url = URL(fileURLWithPath: folder + "/" + name)
            let whole = try Data(contentsOf: url)
            for place in [0, whole.count / 3, whole.count / 2, whole.count - 1] {
                var changed = whole
                changed[place] ^= 1
                try changed.write(to: url)
                #expect(try verify(folder, key).code != 0, "\(name) at \(place)")
            }
            try whole.write(to: url)
        }
        #expect(try verify(folder, key).code == 0)
    }

    @Test(
        "rulings 12: the reading is in the log before a byte is written, and nothing is ever overwritten or left half done"
    )
    func output() throws {
        let (store, _) = try school()
        let folder = store.scratch.path("bundle")
        let readings = try store.events("--type", "RecordsRead").count
        let arguments = ["audit", "bundle", "P-001-00001", folder, "--for", "auditor", "--reason", "Complaint 12"]
        #expect(try store.run(arguments).code == 0)
        #expect(try store.events("--type", "RecordsRead").count == readings + 1)
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder + "/bundle.json"))
        #expect(
            try store.refusal(
                "audit",
                "bundle",
                "P-001-00001",
                folder,
                "--for",
                "auditor",
                "--reason",
                "again"
            ) == "fileUnusable"
        )
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/bundle.json")) == whole)
        #expect(try store.events("--type", "RecordsRead").count == readings + 1)
        #expect(
            try store.refusal(
                "audit",
                "bundle",
                "P-001-00001",
                store.scratch.path("none/bundle"),
                "--for",
                "auditor",
                "--reason",
                "x"
            ) == "fileUnusable"
        )
        #expect(try store.run(arguments.dropLast(2) + []).code == 64)
        let left = try FileManager.default.contentsOfDirectory(atPath: store.scratch.root)
        #expect(!left.contains { $0.hasSuffix(".part") })
    }

    @Test(
        "rulings 11: what a subject is given has no other person, no name of staff, and says what is kept back and why"
    )
    func subject() throws {
        let (store, _) = try school()
        try store.succeed("history", "P-001-00001", "--reason", "Zzyzx told me")
        let folder = store.scratch.path("sar")
        try store.succeed("audit", "bundle", "P-001-00001", folder, "--for", "subject", "--reason", "Zzyzx asks")
        var all = ""
        for name in ["bundle.html", "bundle.json", "proofs.json"] {
            all += try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
        }
        let page = try String(contentsOfFile: folder + "/bundle.html", encoding: .utf8)
        #expect(!all.contains("K-001-0000") && !all.contains("Zzyzx"))
        #expect(page.contains("withheld: about another person") && !page.lowercased().contains("court"))
        #expect(page.contains("as looked at by a member of staff"))
        #expect(page.contains("O&#39;Malley") || page.contains("O'Malley"))
        let json = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/bundle.json")))
                as? [String: Any]
        )
        let events = try #require(json["events"] as? [[String: Any]])
        #expect(events.allSatisfy { $0["actorName"] is NSNull } && json["madeBy"] == nil)
        let others = try store.objects("pupil", "find", "amoah", "--reason", "test").compactMap { $0["id"] as? String }
        #expect(others.count == 2)
        for id in others {
            let bytes = stride(from: 0, to: 32, by: 2).map { UInt8(id.dropFirst($0).prefix(2), radix: 16) ?? 0 }
            for shift in 0..<3 {
                let coded = Data([UInt8](repeating: 0, count: shift) + bytes).base64EncodedString()
                #expect(!all.contains(coded.dropFirst(4).dropLast(4)), "an open part names somebody else")
            }
        }
    }
}
