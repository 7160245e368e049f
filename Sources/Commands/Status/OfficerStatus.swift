import EventLog
import Identifiers
import Projections
import School

/// What an authority's data officer must know in the morning: read once, told in sentences and to machines.
struct OfficerStatus {
    /// What one authority has told that waits for a person.
    private struct Told {
        var source: String
        var waiting: Int
        var conflicts: Int
    }

    /// A task whose cursor was set forward by hand: what changed before was not sent by it.
    private struct Gap {
        var task: String
        var base: String
        var position: Position
    }

    /// Days without an import after which a school is asked about: a weekend is none.
    private static let silence = 3

    /// More of a kind than these are counted, and not told one by one.
    private static let told = 10

    /// Schools of an authority that have not sent anything yet.
    private let unheard: [String]
    private let silent: [(name: String, last: Timestamp)]
    private let inbound: [Told]
    private let queued: Int
    private let retried: Int
    private let gaps: [Gap]
    private let runs: RunStatus

    /// Reads it.
    ///
    /// - Parameters:
    ///   - now: the present instant.
    ///   - isChanging: somebody is at work: what has begun is not cut off.
    init(in session: Session, at now: Timestamp, isChanging: Bool) throws {
        let sources = try session.sources()
        unheard = try Self.unheard(sources, session)
        let limit = now.microseconds - Int64(Self.silence) * 86_400_000_000
        silent = try session.state.read { snapshot in
            try sources.compactMap { source in
                try snapshot.importRuns(of: source.id).last
                    .flatMap { $0.started.microseconds < limit ? (name: source.name, last: $0.started) : nil }
            }
        }
        inbound = try session.inbound().map { inbound in
            try session.state.read { snapshot in
                Told(
                    source: inbound.sourceName,
                    waiting: try inbound.waiting(snapshot).count,
                    conflicts: try inbound.conflicts(snapshot).count
                )
            }
        }
        let waiting = try session.state.read { try $0.waitingRuns() }.filter { session.reaches($0.base) }
        (queued, retried) = (waiting.count, waiting.count { $0.failures > 0 })
        gaps = try Self.gaps(session)
        runs = try RunStatus(session: session, isChanging: isChanging)
    }

    private static func unheard(_ sources: [Source], _ session: Session) throws -> [String] {
        guard try session.storeOwner() == .authority else { return [] }
        let heard = try session.state.read { snapshot in
            try sources.reduce(into: Set<BaseID>()) { $0.formUnion(try snapshot.bases(of: $1.id)) }
        }
        return try session.bases().filter { !heard.contains($0.id) }.map(\.key).sorted()
    }

    private static func gaps(_ session: Session) throws -> [Gap] {
        let keys = try session.baseKeys()
        let tasks = try session.tasks()
        return try session.state.read { snapshot in
            try tasks.flatMap { task in
                try task.bases.compactMap { base in
                    let cursor = try snapshot.cursor(of: task.id, at: base)
                    guard cursor.isReset, cursor.position > .origin else { return nil as Gap? }
                    return Gap(task: task.name, base: keys[base] ?? "-", position: cursor.position)
                }
            }
        }
    }

    /// For machines: how many of each, and who.
    var json: JSON {
        [
            "notHeardFrom": .array(unheard.map(JSON.string)),
            "silent": .array(
                silent.map { ["source": .string($0.name), "lastImport": .string(LondonTime.iso($0.last))] }
            ),
            "failed": JSON(runs.count(.failed)), "held": JSON(runs.count(.held)),
            "interrupted": JSON(runs.count(.running)), "waitingRuns": JSON(queued), "waitingAgain": JSON(retried),
            "gaps": .array(
                gaps.map {
                    ["task": .string($0.task), "base": .string($0.base), "position": JSON($0.position.rawValue)]
                }
            ),
            "unmatched": JSON(inbound.reduce(0) { $0 + $1.waiting }),
            "conflicts": JSON(inbound.reduce(0) { $0 + $1.conflicts }),
        ]
    }

    /// The sentences; none when all is well.
    var sentences: [String] {
        unheardSentences + silentSentences + inbound.flatMap(Self.sentences) + waitingSentences + gapSentences
            + runs.sentences
    }

    private var unheardSentences: [String] {
        guard !unheard.isEmpty else { return [] }
        let names = unheard.prefix(Self.told).joined(separator: ", ") + (unheard.count > Self.told ? " and more" : "")
        return ["Nothing has come yet from \(Counts.of(unheard.count, "school")): \(names)."]
    }

    private var silentSentences: [String] {
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

    private static func sentences(_ told: Told) -> [String] {
        let (waiting, conflicts) = (Counts.of(told.waiting, "pupil"), Counts.of(told.conflicts, "conflict"))
        return
            (told.waiting == 0
            ? [] : ["\(waiting) from \(told.source) waiting for a match: `syncd matches list --waiting`."])
            + (told.conflicts == 0 ? [] : ["\(conflicts) with \(told.source) to decide: `syncd conflicts list`."])
    }

    /// Runs that wait for their turn or for another attempt.
    private var waitingSentences: [String] {
        guard queued > 0 else { return [] }
        let again = retried == 0 ? "" : ", \(Counts.grouped(retried)) of them after a delivery that failed"
        return ["\(Counts.of(queued, "run")) waiting\(again): `syncd run-due --preview` lists them."]
    }

    private var gapSentences: [String] {
        guard gaps.count > Self.told else {
            return gaps.map {
                "Task \($0.task) at \($0.base): what changed before position \($0.position) may not have been sent. Send all "
                    + "with `syncd task run \($0.task) --snapshot`."
            }
        }
        let names = Set(gaps.map(\.task)).sorted().joined(separator: ", ")
        return [
            "\(Counts.of(gaps.count, "gap")) of tasks (\(names)): `syncd task show NAME` tells them; `syncd task run NAME "
                + "--snapshot` sends all."
        ]
    }
}
