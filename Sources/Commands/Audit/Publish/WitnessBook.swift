import Audit
import EventLog
import Events
import Foundation
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// What the log tells of witnesses: which there are, what each has seen, and whether one has refused.
struct WitnessBook {
    /// A witness and what it has countersigned last.
    struct Witness {
        var url: String
        var key: String
        /// How many leaves of the present tree it has seen.
        var size: UInt64
        /// When it signed last, by its own clock.
        var time: UInt64
    }

    /// A refusal that nobody has looked into yet.
    struct Alarm {
        var position: Position
        var url: String
        var isFork: Bool
        /// How many leaves the witness has seen.
        var held: UInt64
        /// How many this log had.
        var size: UInt64
    }

    /// Known witnesses, in the order in which they were first asked.
    private(set) var witnesses: [Witness] = []
    /// Why nothing is published; nil while all is well.
    private(set) var alarm: Alarm?

    /// Adds a witness that is asked for the first time.
    mutating func add(url: String, key: String) {
        guard !witnesses.contains(where: { $0.url == url && $0.key == key }) else { return }
        witnesses.append(Witness(url: url, key: key, size: 0, time: 0))
    }

    /// Reads the log.
    ///
    /// - Parameter origin: the present tree; what concerns another epoch's is over.
    init(_ log: EventLog, origin: String) throws {
        try log.read(LogQuery(type: EventType.checkpointWitnessed.number)) { event in
            let open = try Syncd_Events_CheckpointWitnessed(serializedBytes: event.open)
            let size = open.origin == origin ? open.size : 0
            let witness = Witness(url: open.url, key: open.witness, size: size, time: open.time)
            if let index = witnesses.firstIndex(where: { $0.url == open.url && $0.key == open.witness }) {
                witnesses[index] = witness
            } else {
                witnesses.append(witness)
            }
            return true
        }
        try log.read(LogQuery(type: EventType.witnessRefused.number)) { event in
            let open = try Syncd_Events_WitnessRefused(serializedBytes: event.open)
            guard open.origin == origin else { return true }
            alarm = Alarm(
                position: event.position,
                url: open.url,
                isFork: open.kind == .fork,
                held: open.held,
                size: open.size
            )
            return true
        }
        try log.read(LogQuery(type: EventType.publicationResumed.number, direction: .backward)) { event in
            let open = try Syncd_Events_PublicationResumed(serializedBytes: event.open)
            guard open.origin == origin else { return true }
            if let found = alarm, found.position < event.position { alarm = nil }
            return false
        }
    }
}

extension WitnessBook.Alarm {
    /// What is wrong and what to do.
    var sentence: String {
        let what =
            isFork
            ? "has seen another history than this log has"
            : "has seen \(Counts.grouped(held)) events and this log has \(Counts.grouped(size)): it was put back"
        return
            "ALARM: the witness \(url) \(what) (event \(position)). No checkpoint is published until somebody has looked: "
            + "run `syncd audit verify --since` with a kept checkpoint, then `syncd audit publish --resume --reason TEXT`."
    }
}

extension Session {
    /// The name of the tree that is published.
    var publishedOrigin: String {
        TreeHead.origin(of: TreeID(epoch: log.epoch, base: log.owner), log: log.logID)
    }

    /// What the log tells of witnesses.
    func witnessBook() throws -> WitnessBook { try WitnessBook(log, origin: publishedOrigin) }
}
