import EventLog
import LMDB

/// What a check of state against the log found.
public struct Verification: Sendable, Equatable {
    /// The position at which both stand.
    public var position: Position
    /// The comparison of each projection.
    public var reviews: [ProjectionReview]
    /// The first row that differs, if one does.
    public var difference: Difference?

    /// Rows that are the same, table by table.
    public var rows: [String: Int] {
        let tables = reviews.flatMap(\.tables).map { ($0.name, $0.equal) }
        return Dictionary(tables) { first, _ in first }
    }

    /// A row that is not what the log makes it.
    public struct Difference: Sendable, Equatable {
        /// The table.
        public var table: String
        /// Which row of the table, from 1 in the order of keys; never the key, which may name a person, nor the value.
        public var row: Int
        /// What is wrong with the row.
        public var what: Kind

        /// How a row differs.
        public enum Kind: String, Sendable {
            /// Live has it, the log does not make it.
            case surplus
            /// The log makes it, live does not have it.
            case missing
            /// Both have it, with other bytes.
            case different
        }
    }
}

extension State {
    /// Rebuilds aside, up to where the live state stands, and compares digests and rows of every projection.
    ///
    /// Changes nothing. The live generation is read only once the other one has caught up with it, so that its file does
    /// not grow while the log is gone through.
    public func verify() throws -> Verification {
        let live = holdCurrent()
        let active = live.active(of: projections)
        let scratch = try Generation(
            folder: folder.makeFolder("verify"),
            number: 0,
            projections: active,
            mapBytes: mapBytes,
            durability: .unsynced
        )
        // Nobody is to find it: it goes with this call.
        scratch.supersede()
        let writer = try GenerationWriter(scratch, active, limits: buildLimits(), puttingAside: true)
        try writer.begin(with: source)
        let comparison = try self.comparison(
            of: live,
            with: scratch,
            advance: { end in try writer.advance(from: source, to: end) { notice(.rebuilt(to: $0, of: end)) } }
        )
        let position = try comparison.position
        var verification = Verification(position: position, reviews: [])
        for projection in active {
            let review = try comparison.review(projection, storedVersion: projection.version, at: position)
            verification.reviews.append(review)
            if verification.difference == nil { verification.difference = review.firstDifference }
        }
        if verification.difference == nil, try !comparison.parkedEventsAreEqual() {
            verification.difference = Verification.Difference(table: ParkedStreams.table, row: 1, what: .different)
        }
        return verification
    }

    /// Brings something forward to where the live generation stands, and begins to read both there.
    ///
    /// The live one goes on meanwhile, so it is followed until little is left, and only then read: what a snapshot keeps
    /// in the file is what is written while the tables are compared, not while the log is gone through.
    func comparison(
        of live: Generation,
        with made: Generation,
        inspect: ((RowDifference) throws -> Void)? = nil,
        advance: (Position) throws -> Void
    ) throws -> RowComparison {
        for _ in 0..<Self.approaches { try advance(Snapshot(live).checkpoint().position) }
        let snapshot = try Snapshot(live)
        try advance(snapshot.checkpoint().position)
        return try RowComparison(stored: snapshot, made: made, inspect: inspect)
    }

    /// How often the live generation is followed before it is read: each time a small part of the last is left.
    private static let approaches = 4
}

extension ProjectionReview {
    /// The first row that differs; nil when none does.
    var firstDifference: Verification.Difference? {
        guard let table = tables.first(where: { !$0.isEqual }), let row = table.firstDifference else { return nil }
        let what: Verification.Difference.Kind =
            switch table.firstKind {
            case .added?: .missing
            case .removed?: .surplus
            default: .different
            }
        return Verification.Difference(table: table.name, row: row, what: what)
    }
}
