import Foundation

/// One command that changes the store at a time; those that only read go beside it.
final class WriteTurn: @unchecked Sendable {
    // Sendable: the holder is touched only under the condition's lock.

    private let condition = NSCondition()
    private var held: String?

    /// Whose turn it is.
    var holder: String? { condition.withLock { held } }

    /// Waits for the turn, and does the work alone.
    ///
    /// - Parameters:
    ///   - purpose: what the command is, told to those who wait in vain.
    ///   - seconds: how long to wait.
    /// - Throws: `busy` when the command before has not ended in time; what the work throws.
    func take<R>(_ purpose: String, waiting seconds: Int, _ work: () throws -> R) throws -> R {
        let end = Date(timeIntervalSinceNow: Double(seconds))
        condition.lock()
        while let busy = held {
            guard condition.wait(until: end) else {
                condition.unlock()
                throw CommandError(
                    .busy,
                    "The store is busy with `\(busy)`: wait until it has finished, or wait longer with --wait SECONDS."
                )
            }
        }
        held = purpose
        condition.unlock()
        defer {
            condition.lock()
            held = nil
            condition.signal()
            condition.unlock()
        }
        return try work()
    }
}
