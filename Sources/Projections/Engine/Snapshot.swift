import EventLog
import LMDB

/// All of state at one moment, read only: every table at the same checkpoint.
///
/// Holds its generation: a rebuild that is published meanwhile changes nothing here. Keep it short.
public struct Snapshot: ~Copyable {
    let generation: Generation
    let transaction: ReadTransaction

    init(_ generation: Generation) throws {
        self.generation = generation
        transaction = try generation.environment.beginRead()
    }

    /// How far state has come here; what a run takes its upper bound from.
    ///
    /// - Throws: `malformedRow` for a generation without one, which is never published.
    public func checkpoint() throws -> Checkpoint {
        guard let checkpoint = try generation.checkpoint(in: transaction) else {
            throw ProjectionError(.malformedRow, "state has no checkpoint: run `syncd projections rebuild`")
        }
        return checkpoint
    }

    /// A copy of a row's value; nil for none.
    func value(for key: some ByteSource, in table: String) throws -> [UInt8]? {
        try transaction.bytes(for: key, in: generation.table(table))
    }

    /// Visits the rows whose keys begin with a prefix, in key order, until the closure answers false.
    ///
    /// - Parameter lower: the key to begin at, or after the place of; the first when nil.
    func scan(
        _ table: String,
        prefix: some ByteSource,
        from lower: [UInt8]? = nil,
        _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws -> Bool
    ) throws {
        try transaction.scan(generation.table(table), prefix: prefix.lend { [UInt8]($0) }, from: lower) { key, value in
            try key.withUnsafeBytes { key in try value.withUnsafeBytes { value in try body(key, value) } }
        }
    }

    /// Visits every row of every table, in key order: for measurements and copies.
    public func forEachRow(
        _ visit: (_ table: String, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        for name in generation.tableNames {
            try transaction.scan(generation.anyTable(name)) { key, value in
                try key.withUnsafeBytes { key in try value.withUnsafeBytes { value in try visit(name, key, value) } }
                return true
            }
        }
    }

    /// Every row of every table, for tests that compare state byte by byte.
    package func dump() throws -> [String: [[UInt8]: [UInt8]]] {
        var tables: [String: [[UInt8]: [UInt8]]] = [:]
        for name in generation.tableNames {
            var rows: [[UInt8]: [UInt8]] = [:]
            try transaction.scan(generation.anyTable(name)) { key, value in
                rows[[UInt8](copying: key)] = [UInt8](copying: value)
                return true
            }
            tables[name] = rows
        }
        return tables
    }
}
