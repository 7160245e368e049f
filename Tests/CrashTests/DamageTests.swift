import Foundation
import Testing

/// One wrong bit, or one sector of zeros, in any file of a store.
///
/// Each is found by `audit verify`, or refused when the store is opened, or of no account: then everything that the log
/// tells is byte for byte what it was. Nothing ends by a signal.
@Suite struct DamageTests {
    /// How many damages are tried.
    private static let tries = CrashSet.current.isFull ? 2_000 : 60

    @Test("any flipped bit or zeroed sector of any file is found, refused, or changes nothing that is read")
    func damage() async throws {
        let store = try await DamagedStore()
        defer { store.remove() }
        let expected = try await store.syncd(["replay", "--format", "jsonl"])
        try #require(expected.succeeded)
        var generator = SeededGenerator(seed: CrashSet.seed)
        let files = try store.files()
        try #require(files.count > 6)
        var ends: [String: [String: Int]] = [:]
        for number in 0..<Self.tries {
            try await store.restore()
            let file = files[number % files.count]
            let damage = try store.damage(file, zeroing: number / files.count % 4 == 3, using: &generator)
            let verified = try await store.syncd(["audit", "verify", "--state", "--json"])
            var end = verified.end == .exited(1) ? "found or refused" : "\(verified.end)"
            if verified.succeeded {
                let replayed = try await store.syncd(["replay", "--format", "jsonl"])
                end = replayed.succeeded && replayed.output == expected.output ? "of no account" : "PASSED"
            }
            #expect(["found or refused", "of no account"].contains(end), "\(file) \(damage): \(verified.summary)")
            ends[file, default: [:]][end, default: 0] += 1
        }
        for (file, counts) in ends.sorted(by: { $0.key < $1.key }) {
            print(
                "damage to \(file): \(counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))"
            )
        }
    }

    @Test("a damaged row of what commands show is found by --state, and by nothing less")
    func stateAlone() async throws {
        let store = try await DamagedStore()
        defer { store.remove() }
        let file = try #require(try store.files().first { $0.hasPrefix("store/state/") && $0.hasSuffix("data.mdb") })
        // A name stands in state in the clear: another letter in it is what a person would be shown.
        try store.replace("Zylinska", by: "Zylinskb", in: file)
        #expect(try await store.syncd(["audit", "verify"]).succeeded)
        #expect(try await store.syncd(["audit", "verify", "--state"]).end == .exited(1))
    }
}

/// A small store with everything in it, damaged and put back.
private struct DamagedStore: Sendable {
    private let home: URL
    private var root: URL { home.appending(path: "at-work") }
    private var whole: URL { home.appending(path: "whole") }
    private let program: String

    /// Makes the store: two days of a made-up school, transfers, a checkpoint, a name that is like no other.
    init() async throws {
        home = try Products.temporaryFolder()
        program = try Products.executable("syncd")
        let exports = try Products.exports.get()
        try FileManager.default.createDirectory(
            at: home.appending(path: "at-work/recipient"),
            withIntermediateDirectories: true
        )
        let day = home.appending(path: "day")
        try FileManager.default.copyItem(at: URL(filePath: exports.day(2)), to: day)
        try Self.rename(in: day.appending(path: "pupils.csv"))
        let base = exports.base
        let recipient = root.appending(path: "recipient").path
        let imports = ["import", "--format", "syncd-csv", "--full"]
        for arguments in [
            ["init"], imports + ["--register", exports.day(1)], ["base", "config", base, "--laestab", base],
            ["recipient", "add", "authority", "--folder", recipient, "--party", "820"],
            ["task", "create", "night", "--base", base, "--to", "authority", "--type", "changed_data"],
            ["consent", "accept", "pupil-core", "--base", base], ["task", "run", "night"], imports + [day.path],
            ["task", "run", "night"], ["audit", "checkpoint"],
        ] {
            let outcome = try await syncd(arguments)
            guard outcome.succeeded else { throw HarnessError("\(arguments): \(outcome.summary)") }
        }
        try await copy(root, to: whole)
    }

    private static func rename(in file: URL) throws {
        var lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\r\n")
        if lines.count < 3 { lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n") }
        guard let column = lines.first?.components(separatedBy: ",").firstIndex(of: "surname") else {
            throw HarnessError("pupils.csv has no surname")
        }
        var values = lines[1].components(separatedBy: ",")
        values[column] = "Zylinska"
        lines[1] = values.joined(separator: ",")
        try lines.joined(separator: "\r\n").write(to: file, atomically: true, encoding: .utf8)
    }

    func remove() { try? FileManager.default.removeItem(at: home) }

    /// Runs the program on the store.
    func syncd(_ arguments: [String]) async throws -> ChildProcess.Outcome {
        let process = ChildProcess(
            program: program,
            arguments: arguments + [
                "--store", root.appending(path: "store").path, "--key-dir", root.appending(path: "keys").path,
            ],
            environment: ["SYNCD_TEST_SEGMENT_BYTES": "\(256 << 10)"]
        )
        return try await process.run(keepingOutputIn: home)
    }

    /// Puts everything back.
    func restore() async throws {
        try FileManager.default.removeItem(at: root)
        try await copy(whole, to: root)
    }

    private func copy(_ from: URL, to: URL) async throws {
        let copying = ChildProcess(program: "/bin/cp", arguments: ["-a", "--sparse=always", from.path, to.path])
        let outcome = try await copying.run(keepingOutputIn: home)
        guard outcome.succeeded else { throw HarnessError("cp: \(outcome.summary)") }
    }

    /// Every file of store and keys that holds something, by its path in the folder at work.
    func files() throws -> [String] {
        var files: [String] = []
        for place in ["store", "keys"] {
            let names = FileManager.default.enumerator(atPath: whole.appending(path: place).path)
            while let name = names?.nextObject() as? String {
                // What is locked or reserved holds nothing that anybody reads.
                guard !name.hasSuffix("data.mdb-lock"), !["lock", "reserve", "socket"].contains(name) else { continue }
                let path = "\(place)/\(name)"
                let bytes = try? Data(contentsOf: whole.appending(path: path))
                if let bytes, bytes.contains(where: { $0 != 0 }) { files.append(path) }
            }
        }
        return files.sorted()
    }

    /// Damages a file in a place that holds something.
    ///
    /// - Returns: what was done, for the failure's text.
    func damage(_ file: String, zeroing: Bool, using generator: inout SeededGenerator) throws -> String {
        let url = root.appending(path: file)
        var bytes = try Data(contentsOf: url)
        let filled = stride(from: 0, to: bytes.count, by: 512).filter { start in
            bytes[start..<min(start + 512, bytes.count)].contains { $0 != 0 }
        }
        guard let sector = filled.randomElement(using: &generator) else { throw HarnessError("\(file) is all zeros") }
        let range = sector..<min(sector + 512, bytes.count)
        let done: String
        if zeroing {
            bytes.resetBytes(in: range)
            done = "sector at \(sector) zeroed"
        } else {
            let offset = Int.random(in: range, using: &generator)
            let bit = UInt8.random(in: 0..<8, using: &generator)
            bytes[offset] ^= 1 << bit
            done = "bit \(bit) of byte \(offset) flipped"
        }
        try write(bytes, to: url)
        return done
    }

    /// Replaces a word by one of the same length, wherever it stands.
    func replace(_ word: String, by other: String, in file: String) throws {
        let url = root.appending(path: file)
        var bytes = try Data(contentsOf: url)
        var found = 0
        while let range = bytes.range(of: Data(word.utf8)) {
            bytes.replaceSubrange(range, with: Data(other.utf8))
            found += 1
        }
        guard found > 0 else { throw HarnessError("\(file) does not hold \(word)") }
        try write(bytes, to: url)
    }

    /// In place, so that rights and owner stay.
    private func write(_ bytes: Data, to url: URL) throws {
        let handle = try FileHandle(forWritingTo: url)
        defer { try? handle.close() }
        try handle.write(contentsOf: bytes)
    }
}
