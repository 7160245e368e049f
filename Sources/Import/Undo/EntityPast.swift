import EventLog
import Identifiers
import Projections
import School

/// What happened to one entity, as chains of steps: one for each data group, one for where it stands.
///
/// A run and its undo cancel each other out: what came before the run counts again (docs/decisions/0066).
struct EntityPast {
    /// Where an entity stands.
    struct Standing: Equatable {
        var home: BaseID
        var status: EntityStatus
    }

    /// The steps of each group, in the order of the log.
    private(set) var groups: [DataGroup: [PastReader.Step]] = [:]
    /// How it came in, then statuses and moves.
    private(set) var standing: [PastReader.Step] = []
    /// What was undone, by the undo's run.
    private let undone: [RunID: RunID]

    /// Reads the past of an entity.
    ///
    /// - Parameter undone: the runs that were undone, by the runs of their undos.
    init(
        of entity: SubjectID,
        in snapshot: borrowing Snapshot,
        _ reader: PastReader,
        undone: [RunID: RunID]
    ) throws {
        self.undone = undone
        var entries: [HistoryEntry] = []
        try snapshot.history(of: entity) { entry in
            if let type = entry.type, type != .transferItems, type != .recordsRead { entries.append(entry) }
            return true
        }
        for entry in entries {
            guard let step = try reader.step(at: entry.position) else { continue }
            if let group = entry.group { groups[group, default: []].append(step) }
            if entry.group == nil || standing.isEmpty { standing.append(step) }
        }
    }

    /// The first step of a run, whichever chain it stands in; nil when the run did nothing to the entity.
    func first(of run: RunID) -> Position? {
        let all = groups.values.joined().filter { $0.run == run }.map(\.position)
        return (all + standing.filter { $0.run == run }.map(\.position)).min()
    }

    /// The step that still counts; nil when there is none, or none that has not been undone.
    func last(_ chain: [PastReader.Step]) -> Int? { counting(chain, from: chain.count - 1) }

    /// The step that counted before a run and what follows it of that run alone.
    func before(_ run: RunID, _ chain: [PastReader.Step], from last: Int) -> Int? {
        var index: Int? = last
        while let at = index, chain[at].run == run { index = counting(chain, from: at - 1) }
        return index
    }

    /// True when a run is the undo of another.
    func isUndo(_ run: RunID, of other: RunID) -> Bool { undone[run] == other }

    /// Goes back over undos and what they have undone.
    private func counting(_ chain: [PastReader.Step], from last: Int) -> Int? {
        var index = last
        while index >= 0 {
            guard let undone = undone[chain[index].run] else { return index }
            guard let first = chain.firstIndex(where: { $0.run == undone }) else { return index }
            index = first - 1
        }
        return nil
    }

    /// Where it stood after a step; nil before it came in.
    func standing(after index: Int?) -> Standing? {
        guard let index, let first = standing.first else { return nil }
        var found = Standing(home: first.base, status: .present)
        for step in standing[...index].dropFirst() {
            switch step.deed {
            case .told: break
            case .status(let status): if step.base == found.home { found.status = status }
            case .moved: found = Standing(home: step.base, status: .present)
            }
        }
        return found
    }
}
