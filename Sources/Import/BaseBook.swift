import EventLog
import Identifiers
import Projections
import School

/// The bases that the files speak of: known ones, ones that this run may register, and ones that nobody knows.
///
/// Looking a base up registers nothing: a base is registered when a row that is taken in needs it.
struct BaseBook {
    private let store: any ImportStore
    private let registers: Bool
    private let only: String?
    /// Keys of the bases that the files say they speak for; nil when their rows tell.
    private let declared: Set<String>?
    private var met: [String: BaseID] = [:]
    private var inStore: Set<String> = []
    /// Bases that rows which were taken in are at.
    private(set) var needed: Set<BaseID> = []
    /// Bases that this run registers, in the order in which they were needed.
    private(set) var registered: [(key: String, id: BaseID)] = []
    /// Keys that are not registered and must not be, with where each was met first.
    private(set) var unknown: [(key: String, origin: SourceRecord.Origin)] = []

    /// Keys that rows name.
    private var named: Set<String> = []

    init(store: any ImportStore, registers: Bool, only: String?, declared: Set<String>?) throws {
        self.store = store
        self.registers = registers
        self.only = only
        self.declared = declared
        if let only, let id = try store.base(forKey: only) {
            met[only] = id
            inStore.insert(only)
        }
    }

    /// What a base's key leads to.
    enum Finding: Equatable {
        case base(BaseID)
        /// The run is limited to another base.
        case leftOut
        /// Not registered; told once.
        case unknown
    }

    /// Finds a base; one that the run may register gets its identity.
    mutating func find(
        _ key: String,
        at origin: SourceRecord.Origin,
        using generator: inout RandomNumbers
    ) throws -> Finding {
        if let only, only != key { return .leftOut }
        named.insert(key)
        if let id = met[key] { return .base(id) }
        if unknown.contains(where: { $0.key == key }) { return .unknown }
        if let id = try store.base(forKey: key) {
            met[key] = id
            inStore.insert(key)
            return .base(id)
        }
        guard registers else {
            unknown.append((key, origin))
            return .unknown
        }
        met[key] = BaseID.random(using: &generator)
        return .base(met[key] ?? .zero)
    }

    /// A row that is taken in is at this base.
    mutating func need(_ base: BaseID) {
        guard needed.insert(base).inserted, let key = met.first(where: { $0.value == base })?.key else { return }
        if !inStore.contains(key) { registered.append((key, base)) }
    }

    /// True when a base is registered already.
    func isRegistered(_ key: String) throws -> Bool {
        try inStore.contains(key) || store.base(forKey: key) != nil
    }

    /// True when rows at a base belong to the run.
    func includes(_ base: BaseID) -> Bool {
        guard let only else { return true }
        return met[only] == base
    }

    /// The base of a key that has been met or is registered, when the run is not limited to another.
    func id(of key: String) throws -> BaseID? {
        if let only, only != key { return nil }
        return try met[key] ?? store.base(forKey: key)
    }

    /// The bases that the files speak for: those they declare, or those their rows are at.
    func covered() throws -> Set<BaseID> {
        guard let declared else { return needed.filter(includes) }
        var covered: Set<BaseID> = []
        for key in declared { if let id = try id(of: key) { covered.insert(id) } }
        return covered
    }

    /// Refuses a run that is limited to a base which is not registered, or of which the files say nothing.
    func requireLimit() throws {
        guard let only, unknown.isEmpty else { return }
        if try !registers && !isRegistered(only) {
            throw ImportError(
                .unknownBase,
                "no base is registered for school \(only), to which --base limits this run: check the key, register it "
                    + "with `syncd base add`, or import with --register"
            )
        }
        guard declared?.contains(only) ?? named.contains(only) else {
            throw ImportError(
                .unknownBase,
                "these files say nothing of school \(only), to which --base limits this run: check the key and the folder"
            )
        }
    }

    /// Refuses files that name schools which nobody has registered.
    func requireKnown() throws {
        guard let first = unknown.first else { return }
        let keys = unknown.prefix(5).map(\.key).joined(separator: ", ")
        let more = unknown.count > 5 ? " and \(unknown.count - 5) more" : ""
        throw ImportError(
            .unknownBase,
            "no base is registered for school \(keys)\(more) (first in \(first.origin.file), line "
                + "\(first.origin.line)): register it with `syncd base add`, or import with --register"
        )
    }
}
