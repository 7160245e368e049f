import EventLog
import Identifiers
import Projections
import School

/// The changed-data selection of a base, over state that real events made.
///
/// It does what a run does until it knows whom it concerns: begins a read, takes the upper bound from the checkpoint,
/// walks the change index from the cursor and gathers the groups of each pupil.
final class ProjectedSelection: SelectionUnderTest {
    private let log: EventLog
    private let state: State
    private let base: BaseID
    private let cursor: Position
    private var groups: [SubjectID: Int] = [:]

    /// Makes a base of pupils, then changes some of them.
    ///
    /// - Parameters:
    ///   - folder: an empty folder.
    ///   - keys: the folder of the log's key-encryption key.
    ///   - pupils: how many pupils the base has.
    ///   - changes: how many of them change after the cursor.
    init(folder: String, keys: String, pupils: Int, changes: Int) throws {
        log = try .made(in: folder, keys: keys)
        state = try State(at: log.layout.state, of: log)
        var maker = try EventMaker(people: pupils, bases: 1)
        for first in stride(from: 0, to: pupils, by: 10_000) {
            _ = try log.append(maker.batch(introducing: first..<min(first + 10_000, pupils)))
            if first % 100_000 == 0 { try state.catchUp() }
        }
        cursor = try state.catchUp()
        let changed = try maker.batch(introducing: 0..<changes)
        guard let base = changed.events.first?.base else { throw BenchError(.wrongAnswer, "no changes to select") }
        self.base = base
        _ = try log.append(changed)
        try state.catchUp()
    }

    func select() throws -> Int {
        groups.removeAll(keepingCapacity: true)
        var found = 0
        try state.read { snapshot in
            try snapshot.changes(at: base, after: cursor, to: snapshot.checkpoint().position) { change in
                if case .group(let group, _) = change.what {
                    groups[change.entity, default: 0] |= 1 << Int(group.rawValue)
                    found += 1
                }
                return true
            }
        }
        return groups.count == found ? found : 0
    }
}
