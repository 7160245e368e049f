import Identifiers
import Projections
import School

/// The pupils of a school as its own sources tell them, for matching another source's with (ruling 6).
struct OwnPupils: KnownPupils {
    private var people: [String: PupilIdentity] = [:]
    private var byUPN: [String: [String]] = [:]
    private var byFour: [String: [String]] = [:]

    /// Reads them.
    ///
    /// - Parameter other: the source whose pupils are to be matched.
    init(of base: BaseID, but other: SourceID, in snapshot: borrowing Snapshot) throws {
        var ids: [SubjectID] = []
        try snapshot.entities(.pupil, at: base) { id in
            ids.append(id)
            return true
        }
        for id in ids {
            guard let entity = try snapshot.entity(id), entity.source != other, entity.status != .deletedAtSource,
                let row = try snapshot.group(.basicDetails, of: id)?.content?.rows.first
            else { continue }
            let identity = PupilIdentity(row)
            people[id.hex] = identity
            if let upn = identity.upn { byUPN[upn, default: []].append(id.hex) }
            if let four = identity.allFour { byFour[four, default: []].append(id.hex) }
        }
    }

    func identity(ofKey key: String) -> PupilIdentity? { people[key] }
    func keys(upn: String) -> [String] { byUPN[upn] ?? [] }
    func keys(allFour: String) -> [String] { byFour[allFour] ?? [] }
    func content(of group: DataGroup, _ kind: EntityKind, key: String) -> GroupContent? { nil }

    /// Who somebody may be, for a person to choose: those with the UPN, and those who agree in three of the four.
    func candidates(_ other: PupilIdentity) -> [SubjectID] {
        let found = people.filter { _, known in
            (other.upn != nil && known.upn == other.upn) || known.agrees(with: other)
        }
        return found.keys.sorted().prefix(10).compactMap { SubjectID(hex: $0) }
    }
}
