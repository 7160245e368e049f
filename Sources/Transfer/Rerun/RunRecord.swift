import EventLog
import Events
import Identifiers
import School
import SwiftProtobuf

/// What the log holds of one run that was delivered.
struct RunRecord {
    /// Its beginning.
    var start: RecordedStart
    /// Who was told what.
    var pupils: [SentPupil]
    /// SHA-256 of the data file, then of the manifest; nil when its key has been destroyed.
    var digest: [UInt8]?

    /// Finds a run by its number: its place among all runs of the store, in the order of their first events, from 1.
    ///
    /// - Throws: `noSuchRun` for a run that is not there, made no file, or was not delivered.
    init(number: Int, in log: EventLog) throws {
        var firsts: [RunID: Position] = [:]
        var starts: [RunID: RecordedStart] = [:]
        for type in [EventType.transferStarted, .transferCompleted, .transferFailed] {
            try log.read(LogQuery(type: EventTypeNumber(rawValue: type.rawValue))) { event in
                if let run = try Self.run(of: event, type) {
                    firsts[run] = min(firsts[run] ?? event.position, event.position)
                    starts[run] = try starts[run] ?? RecordedStart(event)
                }
                return true
            }
        }
        let runs = firsts.sorted { $0.value < $1.value }.map(\.key)
        guard runs.indices.contains(number - 1) else {
            throw TransferError(.noSuchRun, "there is no run \(number): the task log has \(runs.count)")
        }
        guard let start = starts[runs[number - 1]] else {
            throw TransferError(.noSuchRun, "run \(number) made no file")
        }
        self.start = start
        pupils = []
        digest = nil
        try readEnd(of: number, in: log)
    }

    private mutating func readEnd(of number: Int, in log: EventLog) throws {
        var isDelivered = false
        let query = LogQuery(from: start.position.next, stream: start.run.stream, opensParts: true)
        try log.read(query) { event in
            let type = EventType(rawValue: event.type.rawValue)
            // The next run's beginning: what follows is not of this one.
            if type == .transferStarted { return false }
            guard let type, try Self.run(of: event, type) == start.run.id else { return true }
            isDelivered = isDelivered || type == .transferCompleted
            if type == .transferCompleted { digest = event.parts.first?.plaintext }
            pupils += try SentPupil.all(in: event)
            return true
        }
        guard isDelivered else {
            throw TransferError(.noSuchRun, "run \(number) was not delivered: there is no file of it to compare with")
        }
    }

    private static func run(of event: RecordedEvent, _ type: EventType) throws -> RunID? {
        switch type {
        case .transferStarted: try RecordedStart(event)?.run.id
        case .transferCompleted:
            RunID(bytes: try Syncd_Events_TransferCompleted(serializedBytes: event.open).run)
        case .transferFailed: RunID(bytes: try Syncd_Events_TransferFailed(serializedBytes: event.open).run)
        case .transferItems: RunID(bytes: try Syncd_Events_TransferItems(serializedBytes: event.open).run)
        default: nil
        }
    }
}
