import Audit
import EventLog
import Identifiers
import Projections
import School
import Sealing

/// A person's history with its proofs, as files: what an auditor or the person takes away (`schemas/exchange/bundle.md`).
struct SubjectBundle {
    /// Whom it is for.
    enum Audience: String, CaseIterable {
        /// Somebody who checks, and may be told what the reader who asks for it may see.
        case auditor
        /// The person, or whoever asks in their name.
        case subject

        /// How the story is told.
        var story: SubjectStory.Audience { self == .auditor ? .reader : .subject }
    }

    /// Whom it is for.
    var audience: Audience
    /// The person.
    var person: Entity
    /// The school's key.
    var base: String
    /// Who asked for it, and why; both are for auditors alone.
    var madeBy: String
    var reason: String
    /// When it was made.
    var madeAt: Timestamp
    /// The history.
    var steps: [StoryStep]
    /// What proves it.
    var proofs: ProofSet
    /// That the log has only grown since a kept checkpoint; nil when none was given.
    var growth: ConsistencyProof?

    /// The files but the list of contents, which is signed last.
    func files() throws -> [(name: String, bytes: [UInt8])] {
        var files = [
            (name: "bundle.html", bytes: try page.html()),
            (name: "bundle.json", bytes: Array((json.text + "\n").utf8)),
            (name: "proofs.json", bytes: Array((BundleProofs(self).json.text + "\n").utf8)),
            (name: "checkpoint.txt", bytes: Array(proofs.checkpoint.written.utf8)),
            (name: "keys.txt", bytes: Array(proofs.keys.map { $0.written + "\n" }.joined().utf8)),
        ]
        if let growth { files.append((name: "growth.txt", bytes: Array(growth.written.utf8))) }
        return files
    }

    /// The list of contents: each file with its length and SHA-256, to be signed.
    func contents(_ files: [(name: String, bytes: [UInt8])]) -> String {
        var hash = SHA256()
        let lines = files.map { "file \($0.name) \($0.bytes.count) \(hash.digest(of: $0.bytes))" }
        return (["syncd-bundle v1", "for \(audience.rawValue)", "subject \(person.id.hex)"] + lines)
            .joined(separator: "\n") + "\n"
    }

    private var notes: [String] {
        var notes = [
            "Each event below is a leaf of its school's tree. proofs.json leads from every one of them to checkpoint.txt, "
                + "which is signed; tools/audit-verify checks all of it without syncd.",
            "What a sealed part opens to can be checked only with its key, which stays in the store: without it the check "
                + "ends at its length, and at the store's signature over this bundle.",
        ]
        if audience == .subject {
            notes.append(
                "Kept back, each with its reason: what is about other people, the names of staff, what is restricted, and "
                    + "free text that may name others."
            )
        }
        return notes
    }

    private var page: StoryPage {
        var facts: [StoryPage.Fact] = [
            ("About", "\(person.kind.name) \(person.id.hex)"), ("School", base),
            ("Made", LondonTime.text(madeAt)),
        ]
        if audience == .auditor { facts += [("By", madeBy), ("Reason", reason)] }
        facts.append(("For", audience == .auditor ? "an auditor" : "the person it is about"))
        let title = audience == .auditor ? "What happened to one person's data" : "What happened to your data"
        return StoryPage(title: title, facts: facts, notes: notes, steps: steps)
    }

    private var json: JSON {
        var members: [JSON.Member] = [
            .init(name: "format", value: "syncd-bundle"), .init(name: "version", value: 1),
            .init(name: "for", value: .string(audience.rawValue)),
            .init(
                name: "subject",
                value: ["id": .string(person.id.hex), "kind": .string(person.kind.name), "base": .string(base)]
            ),
            .init(name: "madeAt", value: .string(LondonTime.iso(madeAt))),
        ]
        if audience == .auditor {
            members.append(.init(name: "madeBy", value: .string(madeBy)))
            members.append(.init(name: "reason", value: .string(reason)))
        }
        members.append(.init(name: "notes", value: .array(notes.map(JSON.string))))
        members.append(.init(name: "events", value: .array(steps.map(\.json))))
        return .object(members)
    }
}
