import EventLog
import Identifiers
import Projections
import School

/// The tasks school by school: a row for each, and what the school's agent has collected (S2-59 to S2-62, rulings 25).
struct TasksByBase {
    /// A task at a school.
    private struct Row {
        var task: TransferTask
        var isLocked: Bool
        /// The agent has been heard of since the task was saved; else it is pending.
        var isQueued: Bool
    }

    private let schools: [(base: Base, rows: [Row])]
    private let taskCount: Int

    /// Reads what there is.
    ///
    /// - Parameters:
    ///   - bases: the schools to list, those without a task among them.
    ///   - tasks: within reach.
    ///   - locked: schools that have locked all of their tasks down.
    init(of bases: [Base], _ tasks: [TransferTask], _ locked: Set<BaseID>, in session: Session) throws {
        schools = try bases.filter { !$0.isOfAuthority }.sorted { ($0.title, $0.key) < ($1.title, $1.key) }.map {
            base in
            let seen = try session.state.read { try $0.agent(at: base.id) }?.seen
            let rows = try tasks.filter { $0.bases.contains(base.id) }.map { task in
                let saved = try session.log.event(at: task.changedAt)?.recordedAt
                return Row(
                    task: task,
                    isLocked: task.isLocked || locked.contains(base.id),
                    isQueued: seen.map { $0 >= saved ?? $0 } ?? false
                )
            }
            return (base, rows)
        }
        taskCount = tasks.count
    }

    /// Tells them.
    func tell(_ console: Console) throws {
        try console.say(.array(schools.map { base, rows in Self.json(base, rows) }))
        guard !schools.isEmpty else { return try console.say("No school is registered yet, or none that you ask for.") }
        var table = TextTable("Base Name", "Scheduled Task Name", "Data Flow", "State", "Collected")
        for (base, rows) in schools {
            for row in rows {
                table.add(
                    base.title,
                    (row.isLocked ? "*" : "") + row.task.name,
                    row.task.ruled?.terms.direction.title ?? "-",
                    row.task.ruled?.terms.state.rawValue ?? "-",
                    row.isQueued ? "Queued" : "Pending"
                )
            }
        }
        if !table.isEmpty { try console.say(table.text) }
        for (base, rows) in schools {
            let queued = rows.count(where: \.isQueued)
            try console.say("\(base.title): Queued : \(queued) Pending : \(rows.count - queued)")
        }
        try console.say("\(Counts.of(schools.count, "Base")), Task Count: \(Counts.grouped(taskCount))")
    }

    private static func json(_ base: Base, _ rows: [Row]) -> JSON {
        let queued = rows.count(where: \.isQueued)
        return [
            "base": .string(base.key), "name": .string(base.name), "taskCount": JSON(rows.count),
            "queued": JSON(queued), "pending": JSON(rows.count - queued),
            "tasks": .array(
                rows.map { row in
                    [
                        "task": .string(row.task.name), "locked": .bool(row.isLocked),
                        "dataFlow": JSON(row.task.ruled?.terms.direction.title),
                        "state": JSON(row.task.ruled?.terms.state.rawValue),
                        "collected": .string(row.isQueued ? "Queued" : "Pending"),
                    ]
                }
            ),
        ]
    }
}
