import CLMDB

/// A handle on a named table of one environment, good for as long as the environment is open.
///
/// Handles are opened by the environment, never inside a caller's transaction: LMDB closes a handle silently when the
/// transaction that opened it aborts, and its number then means another table.
public struct Table: Hashable, Sendable {
    @usableFromInline
    let number: MDB_dbi
    @usableFromInline
    let environment: UInt64
}

/// Sizes of one table.
public struct TableStatistics: Sendable, Equatable {
    /// How many rows it has.
    public var entries: Int
    /// Height of its tree.
    public var depth: Int
    /// Inner pages.
    public var branchPages: Int
    /// Pages with rows.
    public var leafPages: Int
    /// Pages of values too long for a leaf.
    public var overflowPages: Int
    /// Size of a page, in bytes.
    public var pageBytes: Int

    /// All its pages, in bytes.
    public var bytes: Int { (branchPages + leafPages + overflowPages) * pageBytes }

    init(_ stat: MDB_stat) {
        entries = stat.ms_entries
        depth = Int(stat.ms_depth)
        branchPages = stat.ms_branch_pages
        leafPages = stat.ms_leaf_pages
        overflowPages = stat.ms_overflow_pages
        pageBytes = Int(stat.ms_psize)
    }
}
