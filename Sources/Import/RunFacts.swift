import EventLog
import Events
import Foundation
import Identifiers
import School

/// What a run's events say of it besides its counts.
struct RunFacts {
    let source: SourceID
    let format: String
    let isFull: Bool
    let settings: [UInt8]
    let digest: [UInt8]
    let files: [String]
    /// Where the files stand in their sender's log.
    let transfer: ReceivedTransfer?

    /// The open part of a run's first event.
    func started(_ run: RunID) -> Syncd_Events_ImportStarted {
        var open = Syncd_Events_ImportStarted()
        open.run = run.data
        open.source = source.data
        open.format = format
        open.full = isFull
        open.settings = Data(settings)
        open.digest = Data(digest)
        open.files = files
        return open
    }

    /// The open part of a run's last event.
    func completed(_ report: ImportReport) -> Syncd_Events_ImportCompleted {
        var open = Syncd_Events_ImportCompleted()
        open.run = report.run.data
        open.source = source.data
        open.format = format
        open.full = isFull
        open.settings = Data(settings)
        open.digest = Data(digest)
        open.files = files
        open.counts = report.entities.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, counts in
            var message = Syncd_Events_KindCounts()
            message.kind = UInt32(kind.rawValue)
            message.added = UInt64(counts.new)
            message.changed = UInt64(counts.changed)
            message.unchanged = UInt64(counts.unchanged)
            message.gone = UInt64(counts.gone)
            message.held = UInt64(counts.held)
            return message
        }
        open.appended = UInt64(report.appended)
        open.issues = UInt64(report.issues.count + report.issuesOmitted)
        open.parked = UInt64(report.parked)
        if let transfer { open.transfer = Syncd_Events_ReceivedTransfer(transfer) }
        open.issuesSeen = Data(report.issuesSeen.flatMap(\.bytes))
        return open
    }
}
