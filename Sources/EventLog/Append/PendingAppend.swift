/// A batch that waits for its flush, and whoever waits for the answer.
final class PendingAppend: @unchecked Sendable {
    // Sendable: the answer is set once, under the monitor or through the continuation, and read after that.

    /// How the answer gets back.
    enum Reply {
        /// The caller holds the turn and reads the answer itself.
        case direct
        /// A thread waits.
        case thread(Monitor<Result<Appended, EventLogError>?>)
        /// A task waits.
        case task(CheckedContinuation<Appended, any Error>)
    }

    let batch: SealedBatch
    private let reply: Reply
    /// The answer, for the caller that holds the turn.
    private(set) var answer = unanswered

    private static let unanswered: Result<Appended, EventLogError> = .failure(
        EventLogError(.outcomeUnknown, "nothing is known of this: repeat it with the same command id")
    )

    init(_ batch: SealedBatch, reply: Reply) {
        self.batch = batch
        self.reply = reply
    }

    /// Answers, once.
    func answer(_ result: Result<Appended, EventLogError>) {
        switch reply {
        case .direct: answer = result
        case .thread(let monitor): monitor.change { $0 = result }
        case .task(let continuation): continuation.resume(with: result.mapError { $0 })
        }
    }
}
