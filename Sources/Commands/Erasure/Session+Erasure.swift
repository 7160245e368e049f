import EventLog
import Foundation
import Identifiers
import Projections
import School

extension Session {
    /// Bytes of events in one batch, below what the log takes.
    private static let batchBytes = 32 << 20

    /// Appends events that need not stand in one batch; each batch is durable before the next.
    func appendInBatches(_ events: [NewEvent]) throws {
        var batch: [NewEvent] = []
        var bytes = 0
        for event in events {
            batch.append(event)
            bytes += event.open.count
            guard bytes > Self.batchBytes || batch.count == 10_000 else { continue }
            try append(batch)
            (batch, bytes) = ([], 0)
        }
        if !batch.isEmpty { try append(batch) }
    }

    /// The day in the United Kingdom.
    func today() throws -> CalendarDate { CalendarDate(iso: LondonTime.day(now)) ?? .latest }
}

extension Session {
    /// Goes on with an erasure that was cut off, before anything else is done: nobody sees half of one.
    func goOnWithErasure() throws {
        guard state.outdated.isEmpty else {
            // Rows of another version cannot be purged; whoever accepts a rebuild comes by here again.
            return
        }
        let targets = BackupTargets(self)
        do {
            try targets.finishKeyChange()
            if try ErasureRunner(session: self).resume() != nil {
                console.remark("An erasure that was cut off was carried out to its end.")
            }
        } catch let error as CommandError where error.code == .backupsAway {
            // It waits; everything else goes on.
            console.remark(error.message)
        }
        try targets.bringKeys()
    }
}
