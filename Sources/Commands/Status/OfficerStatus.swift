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
    func sentences() throws -> [String] { try unheard() + silent() + inbound() + waiting() + gaps() }

    /// More of a kind than these are counted, and not told one by one.
    private static let told = 10

    /// Schools of an authority that have not sent anything yet.
    private func unheard() throws -> [String] {
        guard try session.storeOwner() == .authority else { return [] }
        let sources = try session.sources()
        let heard = try session.state.read { snapshot in
            try sources.reduce(into: Set<BaseID>()) { $0.formUnion(try snapshot.bases(of: $1.id)) }
        }
        let unheard = try session.bases().filter { !heard.contains($0.id) }.map(\.key).sorted()
        guard !unheard.isEmpty else { return [] }
        let names = unheard.prefix(Self.told).joined(separator: ", ") + (unheard.count > Self.told ? " and more" : "")
        return ["Nothing has come yet from \(Counts.of(unheard.count, "school")): \(names)."]
    }

    /// Sources that have not been heard from.
    private func silent() throws -> [String] {
        let limit = session.now.microseconds - Int64(Self.silence) * 86_400_000_000
        let sources = try session.sources()
        let silent = try session.state.read { snapshot in
            try sources.compactMap { source in
                try snapshot.importRuns(of: source.id).last
                    .flatMap { $0.started.microseconds < limit ? (name: source.name, last: $0.started) : nil }
            }
        }
        guard silent.count > Self.told else {
            return silent.map {
                "\($0.name) has not been heard from since \(LondonTime.text($0.last)): ask its school."
            }
        }
        return [
            "\(Counts.of(silent.count, "source")) not heard from for \(Self.silence) days: `syncd import list` tells when each "
                + "came last."
        ]
    }

    /// What authorities have told that waits for a person.
    private func inbound() throws -> [String] {
        try session.inbound().flatMap { inbound in
            let (waiting, conflicts) = try session.state.read { snapshot in
                (try inbound.waiting(snapshot).count, try inbound.conflicts(snapshot).count)
            }
            let who = inbound.sourceName
            return
                (waiting == 0
                ? []
                : ["\(Counts.of(waiting, "pupil")) from \(who) waiting for a match: `syncd matches list --waiting`."])
                + (conflicts == 0
                    ? [] : ["\(Counts.of(conflicts, "conflict")) with \(who) to decide: `syncd conflicts list`."])
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
        let gaps = try session.state.read { snapshot in
            try tasks.flatMap { task in
                try task.bases.compactMap { base in
                    let cursor = try snapshot.cursor(of: task.id, at: base)
                    guard cursor.isReset, cursor.position > .origin else { return nil as (task: String, text: String)? }
                    return (
                        task.name,
                        "Task \(task.name) at \(keys[base] ?? "-"): what changed before position \(cursor.position) may "
                            + "not have been sent. Send all with `syncd task run \(task.name) --snapshot`."
                    )
                }
            }
        }
        guard gaps.count > Self.told else { return gaps.map(\.text) }
        let names = Set(gaps.map(\.task)).sorted().joined(separator: ", ")
        return [
            "\(Counts.of(gaps.count, "gap")) of tasks (\(names)): `syncd task show NAME` tells them; `syncd task run NAME "
                + "--snapshot` sends all."
        ]
    }
}
