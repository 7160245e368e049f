import EventLog
import Events
import Glibc
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Tells the runs of tasks as they begin and end, from now on: the task log, live.
struct RunFollower {
    let session: Session
    /// Whether a run is asked for.
    let wanted: (TaskRun, TransferTask) throws -> Bool

    /// Microseconds between two looks at the log's end.
    private static let pause: UInt32 = 200_000

    /// Goes on until the caller has gone or the server stops.
    ///
    /// - Parameter bases: those that the caller may see and asks for; schools that are added later are not followed.
    /// - Throws: `serverMissing` where this command owns the store, so that nothing could happen meanwhile.
    func follow(_ bases: [Base]) throws {
        guard let isOver = session.isOver else {
            throw CommandError(
                .serverMissing,
                "Nothing happens on a store while this command has it: start `syncd serve` on it, then follow."
            )
        }
        let names = Dictionary(uniqueKeysWithValues: bases.map { ($0.id, $0) })
        var told = session.log.durableEnd
        session.console.remark("Following from event \(Counts.grouped(told.rawValue)) on.")
        while !isOver() {
            let end = session.log.durableEnd
            if end > told {
                // Rights may have been taken away since it began.
                try session.admitAgain()
                try tell(Position(told.rawValue + 1)...end, names)
                told = end
            }
            usleep(Self.pause)
        }
    }

    private func tell(_ range: ClosedRange<Position>, _ bases: [BaseID: Base]) throws {
        try session.state.catchUp()
        var runs: [(at: Position, id: RunID)] = []
        for type in [EventType.transferStarted, .transferCompleted, .transferFailed] {
            let query = LogQuery(from: range.lowerBound, through: range.upperBound, type: type.number)
            try session.log.read(query) { event in
                if bases[event.base] != nil, let id = try Self.run(of: event, type) {
                    runs.append((event.position, id))
                }
                return true
            }
        }
        for (position, id) in runs.sorted(by: { $0.at < $1.at }) {
            let (run, task) = try session.state.read { snapshot in
                let run = try snapshot.taskRun(id)
                return (run, try run.flatMap { try snapshot.task($0.task) })
            }
            guard var run, let task else { continue }
            // What it was then: its end is told by an event of its own.
            if position < run.endedAt { run.state = .running }
            guard try wanted(run, task) else { continue }
            try session.console.say(run.json(task: task.name, base: bases[run.base]?.key))
            try session.console.say(line(run, task, bases[run.base], at: position))
        }
    }

    private func line(_ run: TaskRun, _ task: TransferTask, _ base: Base?, at position: Position) -> String {
        let time = position < run.endedAt ? run.started : run.dateLogged
        let exception = run.state == .running ? "-" : run.exceptionWords
        return [
            LondonTime.text(time), base?.title ?? "-", task.name, run.state.words, run.file.orDash, exception,
        ].joined(separator: "  ")
    }

    private static func run(of event: RecordedEvent, _ type: EventType) throws -> RunID? {
        let bytes =
            switch type {
            case .transferStarted: try Syncd_Events_TransferStarted(serializedBytes: event.open).run
            case .transferCompleted: try Syncd_Events_TransferCompleted(serializedBytes: event.open).run
            default: try Syncd_Events_TransferFailed(serializedBytes: event.open).run
            }
        return RunID(bytes: Array(bytes))
    }
}
