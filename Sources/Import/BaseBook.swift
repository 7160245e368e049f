import EventLog
import Identifiers
import Projections
import School

/// The bases that the files speak of: known ones, ones that this run registers, and ones that nobody knows.
struct BaseBook {
    private let store: any ImportStore
    private let registers: Bool
    private let only: String?
    private var known: [String: BaseID] = [:]
    /// Bases that this run registers, in the order in which they were met.
    private(set) var registered: [(key: String, id: BaseID)] = []
    /// Keys that are not registered and must not be, with where each was met first.
    private(set) var unknown: [(key: String, origin: SourceRecord.Origin)] = []
    /// Every base that a row was told for: what a full export covers.
    private(set) var seen: Set<BaseID> = []

    init(store: any ImportStore, registers: Bool, only: String?) {
        self.store = store
        self.registers = registers
        self.only = only
    }

    /// What a base's key leads to.
    enum Finding: Equatable {
        case base(BaseID)
        /// The run is limited to another base.
        case leftOut
        /// Not registered; told once.
        case unknown
    }

    /// Finds a base, registering it if the run may.
    mutating func find(
        _ key: String,
        at origin: SourceRecord.Origin,
        using generator: inout RandomNumbers
    ) throws -> Finding {
        if let only, only != key { return .leftOut }
        if let id = known[key] { return .base(id) }
        if unknown.contains(where: { $0.key == key }) { return .unknown }
        if let id = try store.base(forKey: key) {
            known[key] = id
            seen.insert(id)
            return .base(id)
        }
        guard registers else {
            unknown.append((key, origin))
            return .unknown
        }
        let id = BaseID.random(using: &generator)
        known[key] = id
        seen.insert(id)
        registered.append((key, id))
        return .base(id)
    }

    /// True when rows at a base belong to the run.
    func includes(_ base: BaseID) -> Bool {
        only == nil || known.contains { $0.value == base && $0.key == only }
    }
}
