import EventLog
import Identifiers
import School

/// Why a consumer no longer hears of something (rulings 11, 21, 22).
public enum Tombstone: String, Sendable, Hashable, CaseIterable {
    /// It left the school, or went to another one.
    case left
    /// It is no longer among what the selection reaches.
    case outOfReach
    /// The school no longer shares it; no deletion is asked for.
    case sharingEnded
    /// Its keys are destroyed: the consumer is to do the same.
    case erased
    /// It is no longer in the source's exports, and nobody said why.
    case absent
    /// The source has deleted it.
    case deletedAtSource
}

/// One thing that changed in a window: the net of whatever happened to it there.
public struct FeedLine: Sendable, Hashable {
    /// What happened.
    public enum What: Sendable, Hashable {
        /// The consumer has not got it: it was made, came back, or came into reach.
        case new
        /// The consumer has it, otherwise.
        case changed
        /// The consumer has it, and is to have it no more.
        case deleted(Tombstone)
    }

    /// Another key than the one that the consumer knows it by.
    public struct KeyChange: Sendable, Hashable {
        /// The UPN that the consumer has, or may have.
        public var old: String
        /// The UPN now; nil for none.
        public var new: String?

        /// Makes a key change.
        public init(old: String, new: String?) {
            self.old = old
            self.new = new
        }
    }

    /// The thing.
    public var entity: SubjectID
    /// What it is; nil for what has been erased.
    public var kind: EntityKind?
    /// Its school; of something deleted, the one that it was at.
    public var base: BaseID
    /// Where in the log it changed last inside the window: lines come in this order.
    public var version: Position
    /// What happened.
    public var what: What
    /// The whole content of each group that differs; for a new one, of each group that there is.
    public var groups: [GroupContent] = []
    /// The groups that are empty now, and were not.
    public var cleared: [DataGroup] = []
    /// Its key in the source, now or, when it is gone, as the consumer knows it.
    public var sourceKey: String?
    /// A pupil's UPN, now or, when the pupil is gone, as the consumer knows it.
    public var upn: String?
    /// The UPNs that the consumer may know, when there is another one now: one, or several of which it knows one when the
    /// log went on while the window before was read.
    public var keyChanges: [KeyChange] = []

    /// True for a thing that the consumer is to have no more.
    public var isDeletion: Bool { tombstone != nil }

    /// Why it is gone; nil for what is there.
    public var tombstone: Tombstone? {
        if case .deleted(let reason) = what { return reason }
        return nil
    }
}

/// The positions that can be asked for.
public struct ChangeRange: Sendable, Hashable {
    /// Everything after this is kept; the exclusive lower bound of the oldest window.
    public var oldest: Position
    /// The last position that state has reached.
    public var newest: Position

    /// Makes a range.
    public init(oldest: Position, newest: Position) {
        self.oldest = oldest
        self.newest = newest
    }
}

/// Some of the changes of one window, and the cursor that goes on from there.
public struct FeedPage: Sendable, Hashable {
    /// What could have been asked for.
    public var available: ChangeRange
    /// The window's exclusive lower bound: what the consumer had been told up to.
    public var lower: Position
    /// The window's inclusive upper bound, fixed when its first page was read.
    public var upper: Position
    /// The changes, in the order of the log.
    public var lines: [FeedLine]
    /// True when the window goes on after these lines.
    public var hasMore: Bool
    /// Goes on behind these lines; keep it only when they have been dealt with.
    public var next: ChangeCursor
}
