import Audit
import Connectors
import EventLog
import Events
import Foundation
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// Sends the store's checkpoint to one witness (C2SP tlog-witness), and writes down what it said.
struct Publication {
    /// The most that a witness has to say.
    private static let answerMax = 64 << 10
    /// How often it is asked again from the size that it says it has.
    private static let attempts = 3

    let session: Session
    let audit: AuditTrail
    /// Where the witness is.
    let url: String
    /// The key that it is known by.
    let key: WitnessKey

    /// Asks the witness; durable on return.
    ///
    /// - Parameter size: how many leaves it has seen, as far as is known.
    /// - Returns: what it signed.
    /// - Throws: `witnessRefused` when it holds another history, which is written down first; `CurlError`, or
    ///   `witnessUnusable` for an answer that is none.
    func publish(since size: UInt64) throws -> (head: TreeHead, cosignature: Cosignature) {
        var size = size
        for _ in 0..<Self.attempts {
            guard let submission = try audit.submission(since: size, at: session.now) else {
                throw try refuse(.rollback, held: size)
            }
            let (status, answer) = try CurlSession(.none).post(submission.written, to: url + "/add-checkpoint")
            guard answer.count <= Self.answerMax else { throw unusable("too long an answer") }
            let text = String(decoding: answer, as: UTF8.self)
            switch status {
            case 200:
                let cosignature = try Cosignature(reading: text, by: key, of: submission.checkpoint)
                return (try record(submission.checkpoint, cosignature), cosignature)
            case 409:
                // It has seen another size than we know of: go on from there.
                guard let held = UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines)), held != size else {
                    throw unusable("a conflict without the size that it has")
                }
                size = held
            case 422: throw try refuse(.fork, held: size)
            case 403:
                throw unusable("that it does not know the key that signs: give its owner the key of `audit checkpoint`")
            case 404:
                throw unusable("that it does not know this log: give its owner the origin \(session.publishedOrigin)")
            default: throw unusable("status \(status)")
            }
        }
        throw unusable("another size each time it is asked: try again later")
    }

    private func record(_ checkpoint: SignedNote, _ cosignature: Cosignature) throws -> TreeHead {
        let head = try TreeHead(reading: checkpoint.text)
        let message = Syncd_Events_CheckpointWitnessed.with {
            $0.origin = head.origin
            $0.size = head.size
            $0.root = Data(head.root.bytes)
            $0.url = url
            $0.witness = key.written
            $0.time = cosignature.time
            $0.signature = Data(cosignature.signature)
        }
        try session.append([event(.checkpointWitnessed, try message.serializedBytes())])
        return head
    }

    private func refuse(_ kind: Syncd_Events_WitnessRefused.Kind, held: UInt64) throws -> CommandError {
        let head = try audit.head(of: audit.tree(of: nil))
        let message = Syncd_Events_WitnessRefused.with {
            $0.origin = head.origin
            $0.size = head.size
            $0.root = Data(head.root.bytes)
            $0.url = url
            $0.witness = key.written
            $0.kind = kind
            $0.held = held
        }
        try session.append([event(.witnessRefused, try message.serializedBytes())])
        let sentence = try session.witnessBook().alarm?.sentence ?? "the witness refused"
        return CommandError(.witnessRefused, sentence)
    }

    private func event(_ type: EventType, _ open: [UInt8]) -> NewEvent {
        NewEvent(type: type.number, base: session.log.owner, stream: StreamID(session.log.owner), open: open)
    }

    private func unusable(_ what: String) -> CommandError {
        CommandError(.witnessUnusable, "The witness \(url) answered with \(what).")
    }
}

extension CommandError.Code {
    /// A witness holds another history.
    static let witnessRefused = Self(rawValue: "witnessRefused")
    /// A witness gave no answer that is of use.
    static let witnessUnusable = Self(rawValue: "witnessUnusable")
}
