import EventLog
import Events
import Identifiers
import School
import SwiftProtobuf

/// What the log holds of one run that was delivered, or may have been.
struct RunRecord {
    /// Its beginning.
    var start: RecordedStart
    /// The log's epoch then, which the manifest names.
    var epoch: UInt32
    /// Who was told what.
    var pupils: [SentPupil]
    /// SHA-256 of the data file, then of the manifest; nil when its key has been destroyed.
    var digest: [UInt8]?

    /// Finds a run by its number: the position of its first event, as the task log shows it.
    ///
    /// - Throws: `noSuchRun` for a run that is not there, made no file, or whose file did not leave.
    init(number: Position, in log: EventLog) throws {
        guard number > .origin, number <= log.durableEnd else {
            throw TransferError(.noSuchRun, "there is no run \(number): `syncd task log` lists the runs")
        }
        var found: RecordedStart?
        var epoch: UInt32 = 1
        try log.read(LogQuery(from: number, through: number)) { event in
            found = try RecordedStart(event)
            epoch = event.epoch
            return false
        }
        guard let found else {
            throw TransferError(
                .noSuchRun,
                "no run that made a file begins at \(number): `syncd task log` lists the runs and files"
            )
        }
        start = found
        self.epoch = epoch
        pupils = []
        digest = nil
        try readEnd(of: number, in: log)
    }

    private mutating func readEnd(of number: Position, in log: EventLog) throws {
        var hasLeft = false
        let query = LogQuery(from: start.position.next, stream: start.run.stream, opensParts: true)
        try log.read(query) { event in
            let type = EventType(rawValue: event.type.rawValue)
            // The next run's beginning: what follows is not of this one.
            if type == .transferStarted { return false }
            guard let type, try Self.run(of: event, type) == start.run.id else { return true }
            if type == .transferCompleted {
                hasLeft = true
                digest = event.parts.first?.plaintext
            }
            if type == .transferFailed {
                hasLeft = try Syncd_Events_TransferFailed(serializedBytes: event.open).mayHaveLeft
            }
            pupils += try SentPupil.all(in: event)
            return true
        }
        guard hasLeft else {
            throw TransferError(.noSuchRun, "the file of run \(number) did not leave: there is nothing to compare with")
        }
    }

    private static func run(of event: RecordedEvent, _ type: EventType) throws -> RunID? {
        switch type {
        case .transferCompleted:
            RunID(bytes: try Syncd_Events_TransferCompleted(serializedBytes: event.open).run)
        case .transferFailed: RunID(bytes: try Syncd_Events_TransferFailed(serializedBytes: event.open).run)
        case .transferItems: RunID(bytes: try Syncd_Events_TransferItems(serializedBytes: event.open).run)
        default: nil
        }
    }
}
