import Audit
import EventLog
import School
import Sealing

/// The proofs of a bundle as JSON: bytes in Base64, hashes too.
struct BundleProofs {
    private let proofs: ProofSet
    /// What is shown of a sealed part, by the event and the part.
    private var opened: [Position: [Int: [UInt8]]] = [:]
    /// Why an open part is kept back, by the event.
    private var withheld: [Position: SubjectAccess.Reason] = [:]

    init(_ bundle: SubjectBundle) {
        proofs = bundle.proofs
        for step in bundle.steps {
            if let part = step.part, let bytes = step.opened { opened[step.position, default: [:]][part] = bytes }
            if let reason = step.openWithheld { withheld[step.position] = reason }
        }
    }

    /// All of them.
    var json: JSON {
        [
            "format": "syncd-proofs", "version": 1, "checkpoint": "checkpoint.txt",
            "heads": event(proofs.heads), "headCount": JSON(proofs.headCount),
            "trees": .array(proofs.trees.map(tree)), "events": .array(proofs.events.map(event)),
        ]
    }

    private func tree(_ tree: TreeProof) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "origin", value: .string(tree.head.origin)), .init(name: "size", value: JSON(tree.head.size)),
            .init(name: "root", value: .string(Base64.text(tree.head.root.bytes))),
        ]
        switch tree.ground {
        case .checkpoint: members.append(.init(name: "ground", value: "checkpoint"))
        case .recorded(let index, let path):
            members.append(.init(name: "ground", value: "heads"))
            members.append(.init(name: "headIndex", value: JSON(index)))
            members.append(.init(name: "headPath", value: Self.path(path)))
        case .signed(let note):
            members.append(.init(name: "ground", value: "signed"))
            members.append(.init(name: "checkpoint", value: .string(note.written)))
        }
        return .object(members)
    }

    private func event(_ event: EventProof) -> JSON {
        var members: [JSON.Member] = [
            .init(name: "position", value: JSON(event.position.rawValue)),
            .init(name: "index", value: JSON(event.index)),
            .init(name: "leaf", value: .string(Base64.text(event.leaf))),
        ]
        if let reason = withheld[event.position] {
            members.append(.init(name: "openWithheld", value: .string(reason.rawValue)))
        } else {
            members.append(.init(name: "open", value: .string(Base64.text(event.open))))
        }
        members.append(.init(name: "path", value: Self.path(event.path)))
        let parts = event.parts.map { part -> JSON in
            var members: [JSON.Member] = [
                .init(name: "index", value: JSON(part.index)),
                .init(name: "row", value: .string(Base64.text(part.record.row))),
                .init(name: "sealed", value: .string(Base64.text(part.record.sealed))),
                .init(name: "path", value: Self.path(part.path)),
            ]
            if let bytes = opened[event.position]?[part.index] {
                members.append(.init(name: "opened", value: .string(Base64.text(bytes))))
            }
            return .object(members)
        }
        members.append(.init(name: "parts", value: .array(parts)))
        return .object(members)
    }

    private static func path(_ path: [Digest]) -> JSON { .array(path.map { .string(Base64.text($0.bytes)) }) }
}
