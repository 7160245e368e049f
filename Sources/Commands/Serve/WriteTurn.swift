import EventLog
import Synchronization

/// One command that changes the store at a time; those that only read go beside it.
final class WriteTurn: Sendable {
    /// The command whose turn it is.
    private let held = Monitor<String?>(nil)
    private let queue = Atomic(0)

    /// Whose turn it is; nil for nobody's.
    var holder: String? { held.with { $0 } }

    /// How many wait for it.
    var waiting: Int { queue.load(ordering: .relaxed) }

    /// Waits for the turn, and does the work alone.
    ///
    /// - Parameters:
    ///   - purpose: what the command is, told to those who wait in vain.
    ///   - seconds: how long to wait.
    /// - Throws: `busy` when the command before has not ended in time; what the work throws.
    func take<R>(_ purpose: String, waiting seconds: Int, _ work: () throws -> R) throws -> R {
        guard wait(purpose, seconds) else {
            throw CommandError(
                .busy,
                "The store is busy with `\(holder ?? "another command")`: wait until it has finished, or wait longer with "
                    + "--wait SECONDS."
            )
        }
        defer { held.change { $0 = nil } }
        return try work()
    }

    private func wait(_ purpose: String, _ seconds: Int) -> Bool {
        queue.add(1, ordering: .relaxed)
        defer { queue.subtract(1, ordering: .relaxed) }
        return held.wait(milliseconds: seconds * 1000) { Self.take(&$0, purpose) } != nil
    }

    /// Lets others have the turn while somebody is asked, and takes it again, however long that takes.
    ///
    /// What was read of the store before may have changed meanwhile.
    func stepAside<R>(_ purpose: String, _ ask: () -> R) -> R {
        held.change { $0 = nil }
        defer {
            held.wait { held in Self.take(&held, purpose) }
        }
        return ask()
    }

    /// Takes a turn that nobody has; nil when somebody has it.
    private static func take(_ held: inout String?, _ purpose: String) -> Void? {
        guard held == nil else { return nil }
        held = purpose
        return ()
    }
}
