import Dispatch
import Synchronization

/// What concurrent work came to, handed from the pool to the thread that waits for it.
private final class Handover: Sendable {
    let outcome = Mutex<Result<Int, any Error>?>(nil)
    let done = DispatchSemaphore(value: 0)
}

/// Runs a step in many tasks at once for a while, each task waiting for its own step before the next.
///
/// - Parameters:
///   - tasks: how many.
///   - duration: how long, in seconds; the steps under way are finished.
///   - makeStep: makes the step of one task, from the task's number.
/// - Returns: steps a second, over all tasks.
func rate(
    ofTasks tasks: Int,
    for duration: Double,
    _ makeStep: @escaping @Sendable (_ task: Int) -> () async throws -> Void
) throws -> Double {
    let handover = Handover()
    var steps = 0
    let time = try seconds {
        Task.detached {
            let outcome = await count(ofTasks: tasks, for: duration, makeStep)
            handover.outcome.withLock { $0 = outcome }
            handover.done.signal()
        }
        handover.done.wait()
        steps = try handover.outcome.withLock { try $0?.get() ?? 0 }
    }
    return Double(steps) / time
}

private func count(
    ofTasks tasks: Int,
    for duration: Double,
    _ makeStep: @escaping @Sendable (_ task: Int) -> () async throws -> Void
) async -> Result<Int, any Error> {
    let end = ContinuousClock.now + .seconds(duration)
    do {
        let steps = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    let step = makeStep(task)
                    var steps = 0
                    while ContinuousClock.now < end {
                        try await step()
                        steps += 1
                    }
                    return steps
                }
            }
            return try await group.reduce(0, +)
        }
        return .success(steps)
    } catch {
        return .failure(error)
    }
}
