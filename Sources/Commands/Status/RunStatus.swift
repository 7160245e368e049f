import Identifiers
import Projections
import School

/// Tasks whose last run at a school did not go through: held, failed or cut off.
struct RunStatus {
    private let stuck: [Stuck]

    /// More of a kind than these are counted, and not told one by one.
    private static let told = 10

    /// A last run that did not go through.
    private struct Stuck {
        var task: TransferTask
        var base: String
        var run: TaskRun
    }

    /// Reads them.
    ///
    /// - Parameter isChanging: somebody is at work: what has begun is not cut off.
    init(session: Session, isChanging: Bool) throws { stuck = try Self.found(session, isChanging) }

    /// How many stand so.
    func count(_ state: TaskRun.State) -> Int { stuck.count { $0.run.state == state } }

    /// The sentences, those of failures first; none when all is well.
    var sentences: [String] {
        [TaskRun.State.failed, .held, .running].flatMap { state in
            let ones = stuck.filter { $0.run.state == state }
            guard ones.count > Self.told else { return ones.map(sentence) }
            return [summary(ones, state)]
        }
    }

    private static func found(_ session: Session, _ isChanging: Bool) throws -> [Stuck] {
        let tasks = try session.tasks()
        let keys = try session.baseKeys()
        let known = Dictionary(uniqueKeysWithValues: tasks.map { ($0.id, $0) })
        var found: [Stuck] = []
        try session.state.read { snapshot in
            for base in Set(tasks.flatMap(\.bases)).sorted(by: { (keys[$0] ?? "") < (keys[$1] ?? "") }) {
                var last: [TaskID: TaskRun] = [:]
                try snapshot.taskRuns(at: base) { run in
                    last[run.task] = run
                    return true
                }
                for run in last.values.sorted(by: { $0.startedAt < $1.startedAt }) {
                    guard let task = known[run.task], task.bases.contains(base),
                        [.held, .failed, .running].contains(run.state), !(run.state == .running && isChanging)
                    else { continue }
                    found.append(Stuck(task: task, base: keys[base] ?? "-", run: run))
                }
            }
        }
        return found
    }

    private func sentence(_ one: Stuck) -> String {
        guard one.run.state == .running else {
            return "Task \(one.task.name) at \(one.base): \(one.run.state.words), \(one.run.exceptionWords)"
        }
        return
            "Task \(one.task.name) at \(one.base): its last run was interrupted, and its file may have left. Run the task "
            + "again: `syncd task run \(one.task.name)`."
    }

    private func summary(_ ones: [Stuck], _ state: TaskRun.State) -> String {
        let schools = Counts.of(Set(ones.map(\.base)).count, "school")
        let start = "\(Counts.of(ones.count, "task run")) at \(schools)"
        switch state {
        case .failed:
            return
                "\(start) failed last: `syncd task log --status Failed` tells why, `syncd task run --failed` runs them again."
        case .held: return "\(start) held: `syncd task log --status Held` tells why."
        default: return "\(start) were interrupted: `syncd task run --failed` runs them again."
        }
    }
}
