import EventLog
import Foundation
import Identifiers
import Projections
import Synchronization

/// All of a log's projections, brought forward on a thread of their own while others append.
final class LiveProjections: Sendable {
    /// Events worth a transaction while more keep coming: the more there are, the more share a page.
    private static let eventsWorthATransaction: UInt64 = 100_000
    /// How long fewer wait for more, in milliseconds.
    private static let patience = 500

    private let log: EventLog
    private let state: State
    private let outcome = Mutex<Result<Void, any Error>?>(nil)
    private let stopping = Atomic<Bool>(false)
    private let stopped = DispatchSemaphore(value: 0)

    /// Makes state for a log and begins to follow it.
    init(of log: EventLog) throws {
        self.log = log
        state = try State(at: log.layout.state, of: log)
        Thread.detachNewThread { [self] in
            let result = Result { try follow() }
            outcome.withLock { $0 = result }
            stopped.signal()
        }
    }

    /// Returns when every projection has reached the log's end, and follows it no longer.
    func waitForAll() throws {
        stopping.store(true, ordering: .releasing)
        stopped.wait()
        try outcome.withLock { try $0?.get() }
        guard try state.catchUp() == log.durableEnd else {
            throw BenchError(.wrongAnswer, "the projections did not reach the log's end")
        }
    }

    private func follow() throws {
        var reached = Position.origin
        while !stopping.load(ordering: .acquiring) {
            let worthIt = Position(reached.rawValue + Self.eventsWorthATransaction)
            guard log.wait(beyond: worthIt, milliseconds: Self.patience) else { return }
            reached = try state.catchUp()
        }
    }
}
