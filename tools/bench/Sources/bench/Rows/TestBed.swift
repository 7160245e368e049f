import Foundation

/// What the rows share: the folder, the made-up events, and stores that are loaded once and read by several rows.
final class TestBed {
    /// How much is measured.
    let sizes: Sizes
    /// What this bench is linked with.
    let linked: Linked
    /// The control of every durable row.
    let control: Control
    /// Events in an order of their own for each store.
    var maker: EventMaker
    private let root: String
    private var folders = 0
    private var kept: (log: (any LogUnderTest)?, sqlite: SQLitePeer?, lmdb: LMDBPeer?)

    /// Makes the folder, which must not exist, and the control's file in it.
    init(root: String, sizes: Sizes, linked: Linked) throws {
        self.root = root
        self.sizes = sizes
        self.linked = linked
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        control = try Control(path: root + "/control")
        maker = try EventMaker(people: sizes.people, bases: sizes.bases)
    }

    /// Makes an empty folder.
    func folder(_ name: String) throws -> String {
        folders += 1
        let path = "\(root)/\(folders)-\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        return path
    }

    /// An empty log; nil while this bench is not linked with it.
    func emptyLog() throws -> (any LogUnderTest)? {
        guard let makeLog = linked.makeLog else { return nil }
        return try makeLog(folder("log"), folder("keys"))
    }

    /// An empty SQLite store.
    func emptySQLite() throws -> SQLitePeer { try SQLitePeer(folder: folder("sqlite"), people: sizes.people) }

    /// An empty LMDB store.
    func emptyLMDB() throws -> LMDBPeer { try LMDBPeer(folder: folder("lmdb"), people: sizes.people) }

    /// A log of all events in batches of 1,000, in LMDB; nil while this bench is not linked with it.
    func loadedLog() throws -> (any LogUnderTest)? {
        if kept.log == nil, let log = try emptyLog() {
            _ = try load(log, batch: 1_000)
            kept.log = log
        }
        return kept.log
    }

    /// SQLite with all events.
    func loadedSQLite() throws -> SQLitePeer {
        if let store = kept.sqlite { return store }
        let store = try emptySQLite()
        _ = try load(store)
        kept.sqlite = store
        return store
    }

    /// LMDB with all events.
    func loadedLMDB() throws -> LMDBPeer {
        if let store = kept.lmdb { return store }
        let store = try emptyLMDB()
        _ = try load(store)
        kept.lmdb = store
        return store
    }

    /// Loads all events into an empty log and waits until they are in LMDB.
    ///
    /// - Returns: events a second, making them and the wait included.
    func load(_ log: any LogUnderTest, batch: Int) throws -> Double {
        let time = try seconds {
            var left = sizes.events
            while left > 0 {
                try log.append(maker.batch(of: min(batch, left)))
                left -= batch
            }
            try log.checkpoint()
        }
        return Double(sizes.events) / time
    }

    /// Loads all events into an empty peer, 10,000 a transaction.
    ///
    /// - Returns: events a second, making them included.
    func load(_ peer: any Peer) throws -> Double {
        let time = try seconds {
            var left = sizes.events
            while left > 0 {
                try peer.append(min(10_000, left), from: &maker)
                left -= 10_000
            }
        }
        return Double(sizes.events) / time
    }

    /// Keeps stores that a row has loaded, for the rows that read them.
    func keep(sqlite: SQLitePeer? = nil, lmdb: LMDBPeer? = nil) {
        if let sqlite { kept.sqlite = sqlite }
        if let lmdb { kept.lmdb = lmdb }
    }

    /// Closes the stores and removes the folder.
    func remove() throws {
        kept = (nil, nil, nil)
        try FileManager.default.removeItem(atPath: root)
    }
}
