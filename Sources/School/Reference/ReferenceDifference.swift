/// What a file of a public list changes about what is known of it.
public struct ReferenceDifference<Row: ReferenceRow>: Sendable, Equatable {
    /// Rows that are new or say something else, in the order of their keys.
    public private(set) var rows: [Row] = []
    /// Keys that are no longer in the list, in order; those that wait are not among them.
    public private(set) var gone: [String] = []
    /// How many are new.
    public private(set) var new = 0
    /// How many say something else.
    public private(set) var changed = 0
    /// How many say the same.
    public private(set) var unchanged = 0
    /// How many would go, but wait for a person (rulings 37).
    public private(set) var held = 0

    /// True when there is nothing to append.
    public var isEmpty: Bool { rows.isEmpty && gone.isEmpty }

    /// The list as it is afterwards.
    public func applied(to known: [String: Row]) -> [String: Row] {
        var after = known
        for row in rows { after[row.key] = row }
        for key in gone { after[key] = nil }
        return after
    }

    /// Compares.
    ///
    /// - Parameters:
    ///   - known: the list as it is known, by key.
    ///   - extract: what the file says.
    ///   - isFull: what is not in the file is gone.
    ///   - removals: what may go without asking.
    public init(
        known: [String: Row],
        extract: ReferenceExtract<Row>,
        isFull: Bool,
        removals: RemovalGuard
    ) {
        for (key, told) in extract.rows.sorted(by: { $0.key < $1.key }) {
            guard let before = known[key] else {
                new += 1
                rows.append(told)
                continue
            }
            let row = told.filled(from: before, missing: extract.missingColumns)
            if row == before {
                unchanged += 1
            } else {
                changed += 1
                rows.append(row)
            }
        }
        guard isFull else { return }
        let missing = known.keys.filter { extract.rows[$0] == nil && !extract.parked.contains($0) }.sorted()
        if removals.holds(gone: missing.count, of: known.count, hasUnreadRows: extract.hasUnreadRows) {
            held = missing.count
        } else {
            gone = missing
        }
    }
}
