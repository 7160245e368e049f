import HTTPTypes
import Synchronization

/// How many requests were answered, and how, since the server began.
public final class PortalCounts: Sendable {
    private let answers = Mutex<[Int: Int]>([:])

    /// Begins with none.
    public init() {}

    func count(_ status: HTTPResponse.Status) { answers.withLock { $0[status.code, default: 0] += 1 } }

    /// Answers by status.
    public var byStatus: [Int: Int] { answers.withLock { $0 } }
}
