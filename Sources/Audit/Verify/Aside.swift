import Dispatch
import Foundation
import Synchronization

/// Something that is found out on a thread of its own, while something else goes on.
final class Aside<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let ended = DispatchGroup()

    /// Begins.
    init(_ work: @escaping @Sendable () throws -> Value) {
        ended.enter()
        Thread.detachNewThread { [self] in
            let found = Result { try work() }
            result.withLock { $0 = found }
            ended.leave()
        }
    }

    /// Waits until it has ended.
    func wait() { ended.wait() }

    /// What was found, waited for.
    ///
    /// - Throws: what the work threw.
    func value() throws -> Value {
        wait()
        guard let found = result.withLock({ $0 }) else { throw CancellationError() }
        return try found.get()
    }
}
