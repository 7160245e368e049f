import Access
import Synchronization

/// Passwords that were right, and wait for a code: in memory, for a few minutes.
///
/// By what is kept of the visit's token, so that only the browser that showed the password can go on.
final class PendingLogins: Sendable {
    private struct Waiting {
        var shown: AccessGate.PasswordShown
        var until: ContinuousClock.Instant
    }

    /// How long a code may take.
    static let patience: Duration = .seconds(300)
    /// How many may wait at once; the oldest goes first.
    static let most = 1000

    private let waiting = Mutex<[[UInt8]: Waiting]>([:])

    /// Keeps a password that was right.
    func keep(_ shown: AccessGate.PasswordShown, of visit: Token, at now: ContinuousClock.Instant = .now) {
        waiting.withLock { waiting in
            waiting = waiting.filter { $0.value.until > now }
            if waiting.count >= Self.most, let oldest = waiting.min(by: { $0.value.until < $1.value.until }) {
                waiting[oldest.key] = nil
            }
            waiting[visit.hash] = Waiting(shown: shown, until: now + Self.patience)
        }
    }

    /// The password that a visit has shown; nil for none, and when it took too long.
    func shown(by visit: Token, at now: ContinuousClock.Instant = .now) -> AccessGate.PasswordShown? {
        waiting.withLock { $0[visit.hash].flatMap { $0.until > now ? $0.shown : nil } }
    }

    /// Forgets what a visit has shown.
    func forget(_ visit: Token) { waiting.withLock { $0[visit.hash] = nil } }
}
