import Identifiers
import Synchronization

/// How far work has come that goes through many things: how much of it, how fast, and how long it will still take.
final class WorkProgress: Sendable {
    private struct Start {
        var at: Timestamp
        var done: UInt64
    }

    private let start = Mutex<Start?>(nil)

    /// The rate is told once so long has been measured, in microseconds.
    private static let measured: Int64 = 500_000

    /// Tells how far the work is: `1,200 of 10,000 events (12%), 5,000 a second, 2 s left`.
    ///
    /// Work that has done less than before has begun anew.
    func text(_ done: UInt64, of total: UInt64, _ one: String, at now: Timestamp) -> String {
        let start = self.start.withLock { start in
            if let known = start, done >= known.done { return known }
            let begun = Start(at: now, done: done)
            start = begun
            return begun
        }
        let percent = total == 0 ? 100 : min(100, done * 100 / total)
        let text = "\(Counts.grouped(done)) of \(Counts.of(total, one)) (\(percent)%)"
        let elapsed = now.microseconds - start.at.microseconds
        guard elapsed >= Self.measured, done > start.done else { return text }
        let rate = Double(done - start.done) * 1_000_000 / Double(elapsed)
        let left = Double(total - min(done, total)) / rate
        return text + ", \(Counts.grouped(Int(rate))) a second, \(Self.duration(left)) left"
    }

    private static func duration(_ seconds: Double) -> String {
        let seconds = Int(seconds.rounded(.up))
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
        return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
    }
}
