import EventLog
import Events
import Identifiers
import School
import SwiftProtobuf

/// A base as commands name it.
struct BaseEntry: Sendable, Equatable {
    var id: BaseID
    var key: String
    var name: String
    var laestab: String
    var urn: String
}

extension Session {
    /// The bases, by key.
    func bases() throws -> [BaseEntry] {
        var found: [BaseID: BaseEntry] = [:]
        try log.read(LogQuery(type: EventTypeNumber(rawValue: EventType.baseRegistered.rawValue))) { event in
            let key = try Syncd_Events_BaseRegistered(serializedBytes: event.open).key
            found[event.base] = BaseEntry(id: event.base, key: key, name: "", laestab: "", urn: "")
            return true
        }
        return found.values.sorted { $0.key < $1.key }
    }

    /// The base of a key.
    ///
    /// - Throws: `baseUnknown`, naming what there is.
    func base(_ key: String) throws -> BaseEntry {
        let bases = try bases()
        if let base = bases.first(where: { $0.key == key }) { return base }
        throw CommandError(.baseUnknown, "There is no base \(key) in this store. See what there is with `syncd base list`.")
    }

    /// The keys of all bases by id.
    func baseKeys() throws -> [BaseID: String] {
        Dictionary(uniqueKeysWithValues: try bases().map { ($0.id, $0.key) })
    }
}
