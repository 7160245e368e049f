import EventLog
import LMDB

/// What a check of state against the log found.
public struct Verification: Sendable, Equatable {
    /// The position at which both stand.
    public var position: Position
    /// Rows compared, table by table.
    public var rows: [String: Int]
    /// The first row that differs, if one does.
    public var difference: Difference?

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
    /// Rebuilds aside, up to where the live state stands, and compares every table row by row.
    ///
    /// Changes nothing. The live generation's pages stay as they are until it is done, so its file may grow meanwhile.
    public func verify() throws -> Verification {
        let snapshot = try beginRead()
        let position = try snapshot.checkpoint().position
        let scratch = try Generation(
            folder: folder.makeFolder("verify"),
            number: 0,
            projections: projections,
            mapBytes: mapBytes,
            durability: .unsynced
        )
        // Nobody is to find it: it goes with this call.
        scratch.supersede()
        let writer = try GenerationWriter(scratch, projections)
        try writer.begin(with: source)
        try writer.advance(from: source, to: position)
        var verification = Verification(position: position, rows: [:])
        try scratch.environment.read { made in
            for name in scratch.tableNames where verification.difference == nil {
                var comparison = TableComparison(name: name)
                try comparison.run(
                    snapshot.transaction,
                    snapshot.generation.table(name),
                    made,
                    scratch.table(name)
                )
                verification.rows[name] = comparison.rows
                verification.difference = comparison.difference
            }
        }
        return verification
    }
}

/// Two tables gone through side by side, in key order.
private struct TableComparison {
    let name: String
    var rows = 0
    var difference: Verification.Difference?

    mutating func run(
        _ live: borrowing ReadTransaction,
        _ liveTable: Table,
        _ made: borrowing ReadTransaction,
        _ madeTable: Table
    ) throws {
        var liveRows = try live.cursor(in: liveTable)
        var madeRows = try made.cursor(in: madeTable)
        var isLive = try liveRows.first()
        var isMade = try madeRows.first()
        while isLive || isMade {
            let liveKey = [UInt8](copying: liveRows.key)
            let madeKey = [UInt8](copying: madeRows.key)
            if !isMade || (isLive && liveKey.lexicographicallyPrecedes(madeKey)) { return found(.surplus) }
            if !isLive || madeKey.lexicographicallyPrecedes(liveKey) { return found(.missing) }
            let isEqual = liveRows.value.lend { live in madeRows.value.lend { made in live.elementsEqual(made) } }
            if !isEqual { return found(.different) }
            rows += 1
            isLive = try liveRows.next()
            isMade = try madeRows.next()
        }
    }

    private mutating func found(_ what: Verification.Difference.Kind) {
        difference = Verification.Difference(table: name, row: rows + 1, what: what)
    }
}
