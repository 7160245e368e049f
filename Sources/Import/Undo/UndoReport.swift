import EventLog
import Identifiers
import School

/// What an undo did, or would do.
public struct UndoReport: Sendable, Equatable {
    /// What became of one kind of entity.
    public struct Counts: Sendable, Equatable {
        /// Brought in by the run, and ended: no longer present, nothing of it told.
        public var ended = 0
        /// As before the run.
        public var restored = 0
        /// Left as it is, all of it or in part.
        public var left = 0
    }

    /// Something that the run did and that stays.
    public struct Left: Sendable, Equatable {
        /// Why it stays.
        public enum Reason: Sendable, Equatable {
            /// Another run has changed it since.
            case changedSince(Position, RunID)
            /// The run brought it in, and something of it, or that belongs to it, has been told since.
            case inUse
            /// What was before is under a key that has been destroyed.
            case keyDestroyed
        }

        /// What it is.
        public var kind: EntityKind
        /// The entity.
        public var entity: SubjectID
        /// The data group; nil for the entity as a whole, or where it stands.
        public var group: DataGroup?
        /// Why.
        public var reason: Reason
    }

    /// The run that was undone.
    public var run: RunID
    /// The undo's own run, which its events name.
    public var undo: RunID
    /// The kinds that the run changed.
    public var entities: [EntityKind: Counts] = [:]
    /// What stays; the first ten thousand.
    public var left: [Left] = []
    /// How much more stays.
    public var leftOmitted = 0
    /// Data issues that the run had raised, and that ended.
    public var issuesEnded = 0
    /// Data issues that the run had resolved, and that are open again.
    public var issuesReopened = 0
    /// Events that changed something back; 0 when there was nothing to change back.
    public var appended = 0
    /// The position of the last event; nil when none was appended.
    public var position: Position?
    /// True when an interrupted undo was finished.
    public var resumed = false
    /// True when nothing was appended because nobody wanted it to be.
    public var isDryRun = false

    init(run: RunID, undo: RunID) {
        self.run = run
        self.undo = undo
    }

    /// Things of which something was left as it is.
    public var leftCount: Int { entities.values.reduce(0) { $0 + $1.left } }

    mutating func note(_ items: [Left]) {
        for item in items {
            if left.count < 10_000 { left.append(item) } else { leftOmitted += 1 }
        }
    }

    mutating func add(_ plan: UndoPlan) {
        for (kind, counts) in plan.counts {
            entities[kind, default: .init()].ended += counts.ended
            entities[kind, default: .init()].restored += counts.restored
            entities[kind, default: .init()].left += counts.left
        }
        note(plan.left)
        issuesEnded += plan.issuesEnded
        issuesReopened += plan.issuesReopened
        appended += plan.events.count
    }
}
