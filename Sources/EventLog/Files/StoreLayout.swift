/// Where everything lies in a store's folder.
public struct StoreLayout: Sendable, Hashable {
    /// The store's folder, without a slash at its end.
    public let root: String

    /// Makes the layout of a store.
    public init(root: String) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
    }

    /// Identity and format of the store.
    public var control: String { root + "/control" }
    /// Locked by the one process that owns the store.
    public var lock: String { root + "/lock" }
    /// Segments of the write-ahead log.
    public var wal: String { root + "/wal" }
    /// Packed blocks and their indexes, in LMDB.
    public var log: String { root + "/log" }
    /// One key file a generation.
    public var keys: String { root + "/keys" }
    /// State generations.
    public var state: String { root + "/state" }
    /// How the key-encryption key is kept, when it is not in a folder.
    public var keySource: String { root + "/key-source" }
    /// Where the store's server takes commands.
    public var socket: String { root + "/socket" }
    /// Trees over the leaves, computed from the log.
    public var trees: String { root + "/trees" }
    /// What is being made; removed at every start.
    public var temporary: String { root + "/tmp" }
    /// Space to be released when the disk is full.
    public var reserve: String { root + "/reserve" }
}
