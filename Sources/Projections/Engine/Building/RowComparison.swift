import EventLog
import Identifiers
import LMDB
import Sealing

/// Compares what is in place with what was rebuilt, table by table, in key order.
struct RowComparison: ~Copyable {
    /// What is in place.
    let stored: Snapshot
    private let made: Generation
    private let madeRows: ReadTransaction
    private let inspect: ((RowDifference) throws -> Void)?

    /// Begins to read what was made, too; both snapshots end with the comparison.
    init(
        stored: consuming Snapshot,
        made: Generation,
        inspect: ((RowDifference) throws -> Void)?
    ) throws {
        madeRows = try made.environment.beginRead()
        self.stored = stored
        self.made = made
        self.inspect = inspect
    }

    /// Where what is in place stands.
    var position: Position { get throws { try stored.checkpoint().position } }

    /// Compares all tables of a projection.
    func review(
        _ projection: any Projection,
        storedVersion: UInt32,
        at position: Position
    ) throws -> ProjectionReview {
        var review = ProjectionReview(
            name: projection.name,
            storedVersion: storedVersion,
            version: projection.version,
            position: position.rawValue
        )
        var storedDigest = RowDigest()
        var madeDigest = RowDigest()
        let own = projection.tables.flatMap(\.ownNames)
        for name in own + projection.tables.flatMap({ $0.indexes.map(\.name) }) {
            storedDigest.begin(name)
            madeDigest.begin(name)
            var table = TableReview(name: name, isIndex: !own.contains(name))
            try compare(&table, of: projection, &storedDigest, &madeDigest)
            review.tables.append(table)
        }
        review.storedDigest = storedDigest.finish()
        review.digest = madeDigest.finish()
        return review
    }

    /// Compares what waits of streams that could not be applied.
    func parkedEventsAreEqual() throws -> Bool {
        let storedParked = try ParkedStreams(of: stored.generation, in: stored.transaction).all
        let madeParked = try ParkedStreams(of: made, in: madeRows).all
        return storedParked.map(\.position) == madeParked.map(\.position)
            && storedParked.map(\.entry) == madeParked.map(\.entry)
    }

    private func compare(
        _ table: inout TableReview,
        of projection: any Projection,
        _ storedDigest: inout RowDigest,
        _ madeDigest: inout RowDigest
    ) throws {
        var old = try stored.transaction.cursor(in: stored.generation.anyTable(table.name))
        var new = try madeRows.cursor(in: made.anyTable(table.name))
        var isOld = try old.first()
        var isNew = try new.first()
        var row = 0
        while isOld || isNew {
            row += 1
            let order = isOld && isNew ? Self.order(old.key, new.key) : isOld ? -1 : 1
            if order <= 0 { storedDigest.add(old.key, old.value) }
            if order >= 0 { madeDigest.add(new.key, new.value) }
            let isEqual = order == 0 && Self.order(old.value, new.value) == 0
            let kind: RowDifference.Kind? = isEqual ? nil : order < 0 ? .removed : order > 0 ? .added : .changed
            table.count(kind, row: row)
            if let kind, let inspect {
                let key = order <= 0 ? [UInt8](copying: old.key) : [UInt8](copying: new.key)
                try inspect(
                    RowDifference(
                        projection: projection.name,
                        table: table.name,
                        subject: projection.subject(ofRow: key, in: table.name),
                        kind: kind,
                        key: key,
                        stored: order <= 0 ? [UInt8](copying: old.value) : nil,
                        rebuilt: order >= 0 ? [UInt8](copying: new.value) : nil
                    )
                )
            }
            if order <= 0 { isOld = try old.next() }
            if order >= 0 { isNew = try new.next() }
        }
    }

    /// -1, 0 or 1, as the bytes of the one come before, are, or come after those of the other.
    private static func order(_ left: RawSpan, _ right: RawSpan) -> Int {
        left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                if haveEqualBytes(left, right) { return 0 }
                return left.lexicographicallyPrecedes(right) ? -1 : 1
            }
        }
    }
}

/// SHA-256 over rows: each table's name, then for each row the lengths of key and value, and both.
private struct RowDigest: ~Copyable {
    private var hash = SHA256()
    private var waiting: [UInt8] = []

    mutating func begin(_ table: String) {
        add(count: table.utf8.count)
        waiting.append(contentsOf: table.utf8)
    }

    mutating func add(_ key: RawSpan, _ value: RawSpan) {
        add(count: key.byteCount)
        add(count: value.byteCount)
        key.withUnsafeBytes { waiting.append(contentsOf: $0) }
        value.withUnsafeBytes { waiting.append(contentsOf: $0) }
        if waiting.count >= 1 << 16 { flush() }
    }

    mutating func finish() -> String {
        flush()
        return hash.finish().bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    private mutating func add(count: Int) {
        withUnsafeBytes(of: UInt32(count).bigEndian) { waiting.append(contentsOf: $0) }
    }

    private mutating func flush() {
        let bytes = waiting
        bytes.withUnsafeBytes { hash.update($0) }
        waiting.removeAll(keepingCapacity: true)
    }
}
