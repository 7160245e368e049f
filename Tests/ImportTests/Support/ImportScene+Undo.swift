import EventLog
import Identifiers
import Import
import Projections
import School
import SyncdTesting
import Testing

/// Undoing in a scene, and what is there before and after.
extension ImportScene {
    /// The run that began last.
    func lastRun() throws -> ImportRun { try #require(try state.read { try $0.importRuns() }.last) }

    /// Undoes a run.
    @discardableResult
    func undo(
        _ run: ImportRun,
        isDryRun: Bool = false,
        batchEventsMax: Int = 2_000,
        append: ((Batch) throws -> Appended)? = nil
    ) throws -> UndoReport {
        defer { _ = try? state.catchUp() }
        let runner = UndoRunner(
            log: log,
            state: state,
            actor: ActorID(high: 8, low: 8),
            now: { [clock] in clock.now },
            batchEventsMax: batchEventsMax,
            append: append
        )
        return try runner.undo(run, isDryRun: isDryRun)
    }

    /// Everything that is present: its place and the content of its groups, by kind and key.
    func picture(source: String = "made-up") throws -> [EntityKind: [String: String]] {
        guard let source = try store.source(named: source) else { return [:] }
        var picture: [EntityKind: [String: String]] = [:]
        for kind in EntityKind.allCases {
            var things: [String: String] = [:]
            try store.forEachEntity(source.id, kind) { entry in
                guard entry.isPresent else { return }
                let groups = entry.groups.sorted { $0.key.rawValue < $1.key.rawValue }
                    .map { "\($0.key.name) \($0.value.high) \($0.value.low)" }
                things[entry.key] = ([entry.base.hex] + groups).joined(separator: ", ")
            }
            picture[kind] = things
        }
        return picture
    }

    /// The open data issues, in the order of their numbers.
    func openIssues() throws -> [DataIssue] {
        var found: [DataIssue] = []
        try state.read { snapshot in
            try snapshot.dataIssues { issue in
                if issue.isOpen { found.append(issue) }
                return true
            }
        }
        return found
    }
}
