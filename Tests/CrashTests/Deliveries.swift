import Foundation

/// What a recipient holds, from the files in its folder.
///
/// A file counts once its manifest lies beside it (the manifest is delivered last). A run that was disturbed may send
/// the same again under another number; what was said about each pupil must be the same.
struct Deliveries: Sendable {
    /// Everything that any file said, without names of files, positions and random ids.
    let statements: Set<String>
    /// Manifests that do not fit their file.
    let faults: [String]
    /// How many files there are.
    let count: Int
    /// How many pupils the recipient takes them to be about: names that it knows them by.
    let people: Int

    private struct Manifest: Decodable {
        struct Pupil: Decodable {
            let recipientId: String
            let element: Int?
            let change: String
            let groups: [String]
            let clearedGroups: [String]
        }
        let file: String
        let sha256: String
        let pupils: [Pupil]
    }

    /// Reads a sandbox's recipient folder.
    init(_ sandbox: Sandbox) async throws {
        let folder = sandbox.places.recipient
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let digests = try await Self.digests(of: names.map { folder.appending(path: $0).path }, sandbox)
        var statements: Set<String> = []
        var faults: [String] = []
        var people: Set<String> = []
        let manifests = names.filter { $0.hasSuffix(".manifest.json") }
        for name in manifests {
            guard
                let manifest = try? JSONDecoder().decode(
                    Manifest.self,
                    from: Data(contentsOf: folder.appending(path: name))
                ),
                let data = try? Data(contentsOf: folder.appending(path: manifest.file))
            else {
                faults.append("\(name) or its file cannot be read")
                continue
            }
            if digests[folder.appending(path: manifest.file).path] != manifest.sha256 {
                faults.append("\(manifest.file) is not the file of its manifest")
            }
            // A package's rows hold ids and times of their own run: of those the manifest's lines are what was said.
            let elements = manifest.file.hasSuffix(".zip") ? [] : Self.pupils(in: String(decoding: data, as: UTF8.self))
            for pupil in manifest.pupils {
                let element = pupil.element.flatMap { elements.indices.contains($0 - 1) ? elements[$0 - 1] : nil }
                if pupil.element != nil, element == nil { faults.append("\(manifest.file) lacks a pupil's element") }
                people.insert(pupil.recipientId)
                statements.insert("\(pupil.change) \(pupil.groups) \(pupil.clearedGroups) \(element ?? "")")
            }
        }
        self.statements = statements
        self.faults = faults
        count = manifests.count
        self.people = people.count
    }

    /// The text of each `Pupil` element, in order.
    private static func pupils(in text: String) -> [String] {
        text.components(separatedBy: "<Pupil>").dropFirst().compactMap {
            $0.components(separatedBy: "</Pupil>").first
        }
    }

    /// SHA-256 by path, by a program that is not ours, which judges ours.
    private static func digests(of files: [String], _ sandbox: Sandbox) async throws -> [String: String] {
        guard !files.isEmpty else { return [:] }
        let outcome = try await ChildProcess(program: "/usr/bin/sha256sum", arguments: files)
            .run(keepingOutputIn: sandbox.places.home)
        let lines = outcome.output.split(separator: "\n").filter { $0.count > 66 }
        return Dictionary(lines.map { (String($0.dropFirst(66)), String($0.prefix(64))) }) { first, _ in first }
    }
}
