import EventLog
import Identifiers

/// What checking a store from its first event to its last has found.
public struct VerifyReport: Sendable, Equatable {
    /// What can be wrong.
    public enum Kind: String, Sendable, Hashable {
        /// Bytes cannot be read, or are not what was written.
        case unreadable
        /// An event is not what its leaf, its tree or a checkpoint says.
        case changed
        /// The key of a sealed part is gone, and no receipt of an erasure says why.
        case keyMissing
    }

    /// One thing that is wrong.
    public struct Finding: Sendable, Equatable {
        /// What kind.
        public var kind: Kind
        /// The event; nil when it is about no single one.
        public var position: Position?
        /// What is wrong, where.
        public var reason: String

        /// Makes a finding.
        public init(_ kind: Kind, _ position: Position?, _ reason: String) {
            self.kind = kind
            self.position = position
            self.reason = reason
        }
    }

    /// Findings told one by one at most; the rest is counted.
    public static let findingsMax = 100

    /// The last event that was checked.
    public var through = Position.origin
    /// How many events were read.
    public var events = 0
    /// How many sealed parts.
    public var parts = 0
    /// How many of them were erased, with a receipt.
    public var erased = 0
    /// How many receipts of erasures.
    public var receipts = 0
    /// How many trees.
    public var trees = 0
    /// How many streams.
    public var streams = 0
    /// How many recorded heads were computed again and found right.
    public var heads = 0
    /// How many epochs were begun by restoring a backup.
    public var epochs = 0
    /// What is wrong, in the order in which it was found; at most `findingsMax`.
    public private(set) var findings: [Finding] = []
    /// How many more there are.
    public private(set) var omitted = 0

    /// A report before anything was read.
    public init() {}

    /// True when nothing is wrong.
    public var isIntact: Bool { findings.isEmpty }

    /// Adds something that is wrong.
    public mutating func add(_ kind: Kind, _ position: Position?, _ reason: String) {
        guard findings.count < Self.findingsMax else { return omitted += 1 }
        findings.append(Finding(kind, position, reason))
    }
}
