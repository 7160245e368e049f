import LMDB

/// A table of a projection, and the tables that follow from it row by row.
///
/// Rows are bytes; the file that writes them draws their layout. A class, so that a projection finds its table by
/// identity and not by name.
public final class TableDefinition: Sendable {
    /// How rows come to be.
    enum Shape: Sendable {
        /// Rows are put and deleted.
        case rows
        /// Rows are lists that grow: entries of equal length, each beginning with eight bytes that never go down. As
        /// soon as a row has so many entries, the row leaves for the full table, under its key and those eight bytes
        /// of its first entry. So an append touches one small row, however long the list.
        case lists(entryBytes: Int, entriesMax: Int)
    }

    /// Its name in the environment; projection, dot, table.
    public let name: String
    /// Tables that follow from this one.
    public let indexes: [IndexDefinition]
    let shape: Shape

    /// The table of full lists, when this is one of lists.
    var fullName: String { name + ".full" }

    /// The tables that the projection itself fills.
    var ownNames: [String] {
        if case .lists = shape { return [name, fullName] }
        return [name]
    }

    /// Every table that this definition needs in the environment.
    var names: [String] { ownNames + indexes.map(\.name) }

    /// Defines a table whose rows are put and deleted.
    public init(_ name: String, indexes: [IndexDefinition] = []) {
        self.name = name
        self.indexes = indexes
        shape = .rows
    }

    /// Defines a table whose rows are lists that grow; see `Shape.lists`.
    ///
    /// - Parameters:
    ///   - entryBytes: length of an entry, at least 8.
    ///   - entriesMax: how many entries make a list full.
    public init(lists name: String, entryBytes: Int, entriesMax: Int) {
        self.name = name
        indexes = []
        shape = .lists(entryBytes: entryBytes, entriesMax: entriesMax)
    }
}

/// A table that follows from another: for each row of that one, at most one row of this.
///
/// The engine keeps it: when a row changes, its old index row goes and the new one comes. The index key must tell the
/// rows of the table apart, so that no two of them share an index row.
public struct IndexDefinition: Sendable {
    /// Its name in the environment.
    public let name: String
    /// Writes the index row of a row: its key, then its value; writes no key for no row.
    let row: @Sendable (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer, inout IndexRow) -> Void

    /// Defines an index.
    ///
    /// - Parameters:
    ///   - rowBytesMin: how long a table's row is at least; a shorter one is damaged, and has no index row.
    ///   - row: writes the index row of a table's row; a pure function of it.
    public init(
        _ name: String,
        rowBytesMin: Int,
        row: @escaping @Sendable (UnsafeRawBufferPointer, UnsafeRawBufferPointer, inout IndexRow) -> Void
    ) {
        self.name = name
        self.row = { key, value, index in
            if value.count >= rowBytesMin { row(key, value, &index) }
        }
    }
}

/// Where an index writes a row; used again for each, so that an index row costs no allocation.
public struct IndexRow: Equatable {
    /// The key; empty for no row.
    public private(set) var key: [UInt8] = []
    /// The value.
    public private(set) var value: [UInt8] = []

    /// Appends bytes to the key.
    public mutating func appendKey(_ bytes: UnsafeRawBufferPointer) { key.append(contentsOf: bytes) }

    /// Appends bytes to the value.
    public mutating func appendValue(_ bytes: UnsafeRawBufferPointer) { value.append(contentsOf: bytes) }

    mutating func clear() {
        key.removeAll(keepingCapacity: true)
        value.removeAll(keepingCapacity: true)
    }
}
