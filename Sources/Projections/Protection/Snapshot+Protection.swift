import EventLog
import Identifiers
import LMDB
import School

extension Snapshot {
    /// What of a pupil is kept back for the child's safety, as known now (rulings 11).
    public func protection(of pupil: SubjectID) throws -> Protection {
        Protection(told: try group(.protection, of: pupil)?.content, own: try group(.ownProtection, of: pupil)?.content)
    }

    /// Whether a contact lives with a pupil whose address is restricted.
    ///
    /// - Parameters:
    ///   - key: the contact's key inside the source.
    ///   - details: the contact's own.
    public func livesWithRestricted(_ key: String, of source: SourceID, _ details: GroupContent?) throws -> Bool {
        try pupils(everLinkedTo: key, of: source).contains { pupil in
            guard try protection(of: pupil).isRestricted else { return false }
            let home = try group(.address, of: pupil)?.content
            let links = try group(.contacts, of: pupil)?.content?.rows.filter { $0[.contactKey] == key } ?? []
            return links.contains { Residence.isShared($0, details, home: home) }
        }
    }

    /// The pupils who share a contact with a pupil: what is told of that contact hangs on each of them.
    public func siblings(of pupil: SubjectID) throws -> Set<SubjectID> {
        guard let entity = try entity(pupil), let links = try group(.contacts, of: pupil)?.content else { return [] }
        let keys = Set(links.rows.compactMap { $0[.contactKey] })
        let all = try keys.flatMap { try pupils(linkedTo: $0, of: entity.source) }
        return Set(all).subtracting([pupil])
    }
}
