import EventLog
import Identifiers
import Synchronization

/// Whether a write failed after which none has gone through.
final class WriteFailures: Sendable {
    private let last = Mutex<Timestamp?>(nil)

    /// Tells of a failure.
    func tell(at time: Timestamp) { last.withLock { $0 = time } }

    /// Whether the last thing that was tried failed: no event is younger than the failure.
    func isUnhealed(_ log: EventLog) throws -> Bool {
        guard let failure = last.withLock({ $0 }) else { return false }
        guard let event = try log.event(at: log.durableEnd), event.recordedAt > failure else { return true }
        last.withLock { if $0 == failure { $0 = nil } }
        return false
    }
}
