import EventLog
import Identifiers
import Projections
import School

/// What an authority's data officer must know in the morning, a sentence each.
struct OfficerStatus {
    let session: Session

    /// Days without an import after which a school is asked about: a weekend is none.
    private static let silence = 3

    /// The sentences; none when all is well.
    func sentences() throws -> [String] { try silent() + waiting() + gaps() }

    /// Sources that have not been heard from.
    private func silent() throws -> [String] {
        let limit = session.now.microseconds - Int64(Self.silence) * 86_400_000_000
        let sources = try session.sources()
        return try session.state.read { snapshot in
            try sources.compactMap { source in
                guard let last = try snapshot.importRuns(of: source.id).last, last.started.microseconds < limit
                else { return nil }
                return "\(source.name) has not been heard from since \(LondonTime.text(last.started)): ask its school."
            }
        }
    }

    /// Runs that wait for their turn or for another attempt.
    private func waiting() throws -> [String] {
        let runs = try session.state.read { try $0.waitingRuns() }.filter { session.reaches($0.base) }
        guard !runs.isEmpty else { return [] }
        let failed = runs.count { $0.failures > 0 }
        let again = failed == 0 ? "" : ", \(Counts.grouped(failed)) of them after a delivery that failed"
        return ["\(Counts.of(runs.count, "run")) waiting\(again): `syncd run-due --preview` lists them."]
    }

    /// Tasks whose cursor was set forward by hand: what changed before was not sent by them.
    private func gaps() throws -> [String] {
        let keys = try session.baseKeys()
        let tasks = try session.tasks()
        return try session.state.read { snapshot in
            try tasks.flatMap { task in
                try task.bases.compactMap { base in
                    let cursor = try snapshot.cursor(of: task.id, at: base)
                    guard cursor.isReset, cursor.position > .origin else { return nil }
                    return
                        "Task \(task.name) at \(keys[base] ?? "-"): what changed before position \(cursor.position) may "
                        + "not have been sent. Send all with `syncd task run \(task.name) --snapshot`."
                }
            }
        }
    }
}
