import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// The events of a run, for the log: they all go into the stream of transfers from the base to the recipient.
public enum RunEvents {
    /// Bytes of pupils that one `TransferItems` aims at; the log takes open parts of 1 MiB.
    static let itemsBytes = 512 << 10

    /// The run begins to make its file, and this is what the file tells.
    ///
    /// Before the delivery: if the run is killed on the way, what may have left stands in the log, and a later run calls
    /// each pupil by the same name.
    ///
    /// - Parameter pupils: what is going to stand in the file.
    /// - Returns: the beginning, then what the file tells, all for one batch.
    public static func started(
        _ run: TransferRun,
        _ file: TransferFileFacts,
        _ pupils: [SentPupil],
        under export: ApprovedExport
    ) -> [NewEvent] {
        let message = Syncd_Events_TransferStarted.with {
            $0.run = Data(run.id.bytes)
            $0.task = Data(run.task.bytes)
            $0.recipient = Data(run.recipient.bytes)
            $0.lower = run.lower.rawValue
            $0.upper = run.upper.rawValue
            $0.sequence = file.number.sequence
            $0.sequenceEpoch = file.number.epoch
            $0.file = file.name
            $0.renderer = file.renderer
            $0.report = export.report
            $0.reportVersion = UInt32(export.version)
            $0.acceptance = export.acceptance.rawValue
            $0.snapshot = file.isSnapshot
            $0.renderedAt = file.renderedAt.microseconds
        }
        return [event(.transferStarted, run, cause: export.acceptance, message)]
            + items(pupils, of: run, cause: export.acceptance)
    }

    /// The file was delivered and acknowledged, or there was nothing to send: the cursor moves to the upper bound.
    ///
    /// - Parameters:
    ///   - counts: what the run did.
    ///   - digest: SHA-256 of the data file, then of the manifest; nil when there was nothing to send. It is sealed
    ///     under a key of the run, which goes when anyone in the run is erased.
    ///   - cause: the run's beginning; the acceptance when there was nothing to send.
    public static func completed(
        _ run: TransferRun,
        _ counts: TransferCounts,
        digest: [UInt8]?,
        under export: ApprovedExport,
        cause: Position
    ) -> NewEvent {
        let message = Syncd_Events_TransferCompleted.with {
            $0.run = Data(run.id.bytes)
            $0.task = Data(run.task.bytes)
            $0.nothing = digest == nil
            $0.lower = run.lower.rawValue
            $0.upper = run.upper.rawValue
            $0.sentPupils = UInt64(counts.sentPupils)
            $0.sentGroups = UInt64(counts.sentGroups)
            $0.trapped = UInt64(counts.trapped)
            $0.dropped = UInt64(counts.dropped)
            $0.withheld = UInt64(counts.withheld)
            $0.recipient = Data(run.recipient.bytes)
            $0.report = export.report
            $0.reportVersion = UInt32(export.version)
            $0.acceptance = export.acceptance.rawValue
        }
        var completion = event(.transferCompleted, run, cause: cause, message)
        if let digest {
            let dataClass = DataClass(rawValue: DataGroup.runDigest.rawValue)
            completion.parts = [NewPart(subject: SubjectID(run.id), dataClass: dataClass, plaintext: digest)]
        }
        return completion
    }

    /// The run ended without an acknowledged delivery; the cursor stays.
    ///
    /// - Parameters:
    ///   - end: how and why; the words are sealed under the actor's key, since they may hold paths.
    ///   - actor: who ran it.
    ///   - cause: the run's beginning; the origin when it had none.
    public static func failed(_ run: TransferRun, _ end: RunEnd, by actor: ActorID, cause: Position) -> NewEvent {
        let message = Syncd_Events_TransferFailed.with {
            $0.run = Data(run.id.bytes)
            $0.task = Data(run.task.bytes)
            $0.ending = end.state.ending
            $0.code = end.code
            $0.mayHaveLeft = end.mayHaveLeft
        }
        var failure = event(.transferFailed, run, cause: cause, message)
        let reason = Syncd_Events_AuditNote.with { $0.reason = end.reason }
        let dataClass = DataClass(rawValue: DataGroup.audit.rawValue)
        failure.parts = [
            NewPart(subject: SubjectID(actor), dataClass: dataClass, plaintext: EventBytes.of(reason))
        ]
        return failure
    }

    private static func items(_ pupils: [SentPupil], of run: TransferRun, cause: Position) -> [NewEvent] {
        var events: [NewEvent] = []
        var chunk = Syncd_Events_TransferItems()
        var bytes = 0
        func flush() {
            guard !chunk.pupils.isEmpty else { return }
            chunk.run = Data(run.id.bytes)
            chunk.task = Data(run.task.bytes)
            chunk.recipient = Data(run.recipient.bytes)
            events.append(event(.transferItems, run, cause: cause, chunk))
            chunk = Syncd_Events_TransferItems()
            bytes = 0
        }
        for pupil in pupils {
            chunk.pupils.append(pupil.message)
            // Two ids, the change, and for each group its number and code, each with its tag and length.
            bytes += 48 + pupil.groups.count * 36
            if bytes >= itemsBytes { flush() }
        }
        flush()
        return events
    }

    private static func event(_ type: EventType, _ run: TransferRun, cause: Position, _ message: some Message)
        -> NewEvent
    {
        NewEvent(
            type: EventTypeNumber(rawValue: type.rawValue),
            schemaVersion: type.schemaVersion,
            base: run.base,
            stream: run.stream,
            cause: cause,
            open: EventBytes.of(message)
        )
    }
}
