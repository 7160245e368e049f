import Foundation

/// What the rows share: the folder, the made-up events, and stores that are loaded once and read by several rows.
final class TestBed {
    /// Events a transaction in a sustained load.
    static let bulk = 10_000

    /// How much is measured.
    let sizes: Sizes
    /// What this bench is linked with.
    let linked: Linked
    /// The control of every durable row.
    let control: Control
    /// Events in an order of their own for each store.
    var maker: EventMaker
    /// Logs of schools' years, by their number of events.
    var schoolYears: [Int: RebuildUnderTest] = [:]
    /// The log that auditors check.
    var audited: AuditedLog?
    private let root: String
    private var loaded: (log: (any LogUnderTest)?, sqlite: SQLitePeer?, lmdb: LMDBPeer?)

    /// Makes the folder, which must not exist, and the control's file in it.
    init(root: String, sizes: Sizes, linked: Linked) throws {
        self.root = root
        self.sizes = sizes
        self.linked = linked
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        control = try Control(path: root + "/control")
        maker = try EventMaker(people: sizes.people, bases: sizes.bases)
    }

    /// Prepares a row; stores of its own are closed when the contest goes.
    func contest(_ row: RowName) throws -> Contest {
        switch row {
        case .append1: try append1()
        case .append1x32: try append1x32()
        case .append1000Sealed: try append1000Sealed()
        case .appendBulk: try appendBulk()
        case .replayLeaves: try replayLeaves()
        case .replayOpen: try replayOpen()
        case .bytesPerEvent: try bytesPerEvent()
        case .changed100: try changed100()
        case .rebuild: try rebuild()
        case .rebuild10x: try rebuild10x()
        case .historyOne: try historyOne()
        case .backup: try backup()
        case .restore: try restore()
        case .ctfRead: try ctfRead()
        case .importUnchanged: try importUnchanged()
        case .importFirst: try importFirst()
        case .auditVerify: try auditVerify()
        case .proveOne: try proveOne()
        case .bundleOne: try bundleOne()
        }
    }

    /// Makes an empty folder, in the place of one that an earlier round left.
    func folder(_ name: String) throws -> String {
        let path = "\(root)/\(name)"
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        return path
    }

    /// An empty log; nil while this bench is not linked with it.
    func emptyLog(_ name: String, isProjected: Bool = false) throws -> (any LogUnderTest)? {
        guard let makeLog = linked.makeLog else { return nil }
        return try makeLog(folder(name + "-log"), folder(name + "-keys"), isProjected)
    }

    /// An empty SQLite store, to be appended to in transactions of so many events.
    func emptySQLite(_ name: String, batch: Int) throws -> SQLitePeer {
        try SQLitePeer(folder: folder(name + "-sqlite"), people: sizes.people, batch: batch)
    }

    /// An empty LMDB store.
    func emptyLMDB(_ name: String) throws -> LMDBPeer {
        try LMDBPeer(folder: folder(name + "-lmdb"), people: sizes.people)
    }

    /// A log in which everybody has an event already; nil while this bench is not linked with it.
    ///
    /// A person's first event makes a key, durable before the event is, once for life: the rows that time single calls
    /// begin after that. The sustained load has it inside its clock.
    func introducedLog(_ name: String) throws -> (any LogUnderTest)? {
        guard let log = try emptyLog(name) else { return nil }
        for first in stride(from: 0, to: sizes.people, by: 1_000) {
            try log.append(maker.batch(introducing: first..<min(first + 1_000, sizes.people)))
        }
        try log.checkpoint()
        return log
    }

    /// Gives a peer as many events as a log has in which everybody has one.
    func introduce(to peer: any Peer) throws {
        try load(sizes.people, into: peer)
        try peer.settle()
    }

    /// A log of all events in batches of 1,000, in LMDB; nil while this bench is not linked with it.
    func loadedLog() throws -> (any LogUnderTest)? {
        if loaded.log == nil, let log = try emptyLog("loaded") {
            _ = try load(log, batch: 1_000)
            loaded.log = log
        }
        return loaded.log
    }

    /// SQLite with all events.
    func loadedSQLite() throws -> SQLitePeer {
        if let store = loaded.sqlite { return store }
        return try reloadSQLite().store
    }

    /// LMDB with all events.
    func loadedLMDB() throws -> LMDBPeer {
        if let store = loaded.lmdb { return store }
        return try reloadLMDB().store
    }

    /// Loads SQLite anew, and keeps it for the rows that read it.
    func reloadSQLite() throws -> (store: SQLitePeer, rate: Double) {
        loaded.sqlite = nil
        let store = try emptySQLite("loaded", batch: Self.bulk)
        loaded.sqlite = store
        return (store, try load(store))
    }

    /// Loads LMDB anew, and keeps it for the rows that read it.
    func reloadLMDB() throws -> (store: LMDBPeer, rate: Double) {
        loaded.lmdb = nil
        let store = try emptyLMDB("loaded")
        loaded.lmdb = store
        return (store, try load(store))
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
        let time = try seconds { try load(sizes.events, into: peer) }
        try peer.settle()
        return Double(sizes.events) / time
    }

    private func load(_ count: Int, into peer: any Peer) throws {
        var left = count
        while left > 0 {
            try peer.append(min(Self.bulk, left), from: &maker)
            left -= Self.bulk
        }
    }

    /// Closes the stores and removes the folder.
    func remove() throws {
        loaded = (nil, nil, nil)
        schoolYears = [:]
        audited = nil
        try FileManager.default.removeItem(atPath: root)
    }
}
