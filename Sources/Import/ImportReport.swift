import EventLog
import Identifiers
import School

/// What an import did, or would do.
public struct ImportReport: Sendable, Equatable {
    /// What became of one kind of entity.
    public struct Counts: Sendable, Equatable {
        /// Not there before, or there again.
        public var new = 0
        /// There, with other content.
        public var changed = 0
        /// There, with the same content.
        public var unchanged = 0
        /// No longer there, inside what the files cover.
        public var gone = 0
        /// No longer there, but held for a person to allow.
        public var held = 0

        /// No entity yet.
        public init() {}
    }

    /// The run's identity.
    public var run: RunID
    /// The source's name.
    public var source: String
    /// Events of data that were appended; 0 when nothing had changed (rulings 20).
    public var appended = 0
    /// The kinds that the files speak of.
    public var entities: [EntityKind: Counts] = [:]
    /// Rows and values that were not taken in, and other things to look at; the first ten thousand.
    public var issues: [RowIssue] = []
    /// How many more issues there were.
    public var issuesOmitted = 0
    /// Rows that were held back.
    public var parked = 0
    /// Rows about whom to protect that were held back: whom they mean is not protected by them (rulings 11).
    public var protectionsParked = 0
    /// Faults in rows about whom to protect that went in as the safe answer: these children are held as protected.
    public var protectionsAssumed = 0
    /// Rows of people, or of data groups, that have been erased here: they were not taken in again.
    public var suppressed = 0
    /// Orders to erase that came of what the MIS deleted itself (S1-23).
    public var orders: [OrderID] = []
    /// Bases that this run registered.
    public var registeredBases: [String] = []
    /// Data issues that were raised, or told again with another place or value; not among the appended.
    public var issuesRaised = 0
    /// Data issues that these files mended, or no longer have.
    public var issuesResolved = 0
    /// Data issues of the source that are open after the run.
    public var issuesOpen = 0
    /// The position of the run's last event; nil for a dry run.
    public var position: Position?
    /// True when an interrupted run was finished.
    public var resumed = false
    /// True when nothing was appended because nobody wanted it to be.
    public var isDryRun = false

    /// Open data issues that stood in the files again as they were.
    var issuesSeen: [IssueID] = []

    init(run: RunID, source: String) {
        self.run = run
        self.source = source
    }

    /// True when removals wait for a person.
    public var hasHeldRemovals: Bool { entities.values.contains { $0.held > 0 } }

    mutating func note(_ issue: RowIssue) {
        if issue.effect == .parked { parked += 1 }
        if issue.groups.contains(.protection) {
            if issue.effect == .parked { protectionsParked += 1 } else { protectionsAssumed += 1 }
        }
        if issues.count < 10_000 { issues.append(issue) } else { issuesOmitted += 1 }
    }
}
