import Identifiers
import Projections
import School

/// What protecting a pupil reaches beyond the pupil: who lives there, too, and who has a copy of what is kept back.
struct ProtectionReach {
    /// A pupil who has a carer in common who lives at the address.
    struct Sibling {
        var id: SubjectID
        var key: String
        var name: String
        var base: String
        /// Whereabouts of this one are kept back, too.
        var isRestricted: Bool
    }

    /// A recipient that has some of it.
    struct Holder {
        var recipient: String
        /// Data groups of the pupil.
        var groups: Set<DataGroup>
        /// How many brothers and sisters of whom it has contacts.
        var siblings: Int
        /// Tasks whose next run empties them.
        var tasks: [String]
    }

    /// Those within the session's reach, in the order of their names.
    private(set) var siblings: [Sibling] = []
    /// How many more there are at other schools.
    private(set) var elsewhere = 0
    /// By name.
    private(set) var holders: [Holder] = []
    /// Everybody of whose copies something goes: the pupil and all who have a carer in common who lives there.
    private(set) var everybody: Set<SubjectID>

    /// Looks.
    ///
    /// - Parameter wanted: what is to be kept back of the pupil.
    init(of pupil: Entity, _ wanted: Protection, in session: Session) throws {
        everybody = [pupil.id]
        let keys = try session.baseKeys()
        let withholding = Withholding(session)
        let others = wanted.isRestricted ? try session.state.read { try Self.sharing(pupil, in: $0) } : []
        for other in others {
            everybody.insert(other.id)
            guard session.reaches(other.base) else {
                elsewhere += 1
                continue
            }
            let isRestricted = try withholding.protection(of: other.id).isRestricted
            let row = try session.state.read { try $0.group(.basicDetails, of: other.id)?.content?.rows.first }
            let name = [row?[.surname], row?[.forename]].compactMap(\.self).joined(separator: ", ")
            let base = isRestricted ? SafeguardingTable.word : keys[other.base] ?? "-"
            siblings.append(
                Sibling(id: other.id, key: other.key, name: name, base: base, isRestricted: isRestricted)
            )
        }
        siblings.sort { ($0.name, $0.id) < ($1.name, $1.id) }
        // What another school has told is not this one's to know.
        let near = others.filter { session.reaches($0.base) }
        holders = try Self.holders(of: pupil, near, wanted, in: session)
    }

    /// The pupils who link to a contact who lives with the pupil.
    private static func sharing(_ pupil: Entity, in snapshot: borrowing Snapshot) throws -> [Entity] {
        let home = try snapshot.group(.address, of: pupil.id)?.content
        let links = try snapshot.group(.contacts, of: pupil.id)?.content?.rows ?? []
        var found: Set<SubjectID> = []
        for link in links {
            guard let key = link[.contactKey],
                let contact = try snapshot.mirrorEntry(pupil.source, .contact, key: key),
                Residence.isShared(link, try snapshot.group(.contactDetails, of: contact.id)?.content, home: home)
            else { continue }
            found.formUnion(try snapshot.pupils(linkedTo: key, of: pupil.source))
        }
        return try found.subtracting([pupil.id]).sorted().compactMap { try snapshot.entity($0) }
    }

    private static func holders(
        of pupil: Entity,
        _ siblings: [Entity],
        _ wanted: Protection,
        in session: Session
    ) throws -> [Holder] {
        var kept: Set<DataGroup> = wanted.isRestricted ? [.address, .contacts] : []
        if wanted.isAdopted { kept.insert(.basicDetails) }
        let tasks = try session.tasks()
        return try session.state.read { snapshot in
            let bases = try snapshot.bases().map(\.id).filter(session.reaches)
            var holders: [Holder] = []
            for recipient in try snapshot.recipients() {
                let groups = try held(pupil.id, by: recipient.id, from: bases, snapshot).intersection(kept)
                var count = 0
                for sibling in siblings
                where try held(sibling.id, by: recipient.id, from: bases, snapshot).contains(.contacts) { count += 1 }
                guard !groups.isEmpty || count > 0 else { continue }
                let own = tasks.filter { $0.recipient == recipient.id }.map(\.name)
                holders.append(Holder(recipient: recipient.name, groups: groups, siblings: count, tasks: own))
            }
            return holders.sorted { $0.recipient < $1.recipient }
        }
    }

    /// The data groups of a pupil that a recipient has of any of these schools.
    private static func held(
        _ pupil: SubjectID,
        by recipient: RecipientID,
        from bases: [BaseID],
        _ snapshot: borrowing Snapshot
    ) throws -> Set<DataGroup> {
        var groups: Set<DataGroup> = []
        for base in bases { groups.formUnion(try snapshot.cachedHashes(of: pupil, from: base, for: recipient).keys) }
        return groups
    }
}

extension ProtectionReach {
    /// For machines.
    var members: [JSON.Member] {
        [
            .init(
                name: "siblings",
                value: .array(
                    siblings.map {
                        [
                            "id": .string($0.id.hex), "misKey": .string($0.key), "name": .string($0.name),
                            "base": .string($0.base), "restrictedAddress": .bool($0.isRestricted),
                        ]
                    }
                )
            ),
            .init(name: "siblingsElsewhere", value: JSON(elsewhere)),
            .init(
                name: "recipients",
                value: .array(
                    holders.map { holder in
                        [
                            "recipient": .string(holder.recipient),
                            "groups": .array(holder.groups.map(\.name).sorted().map(JSON.string)),
                            "siblings": JSON(holder.siblings), "tasks": .array(holder.tasks.map(JSON.string)),
                        ]
                    }
                )
            ),
        ]
    }

    /// For people: who lives there, too, then who has a copy.
    var lines: [String] {
        var lines = siblings.map { sibling in
            let more =
                sibling.isRestricted
                ? "kept back as well" : "not kept back: protect this one, too, if the address is the same"
            return
                "A carer who lives there is also \(sibling.name)'s (MIS key \(sibling.key), \(sibling.base)), whose own "
                + "address is \(more)."
        }
        if elsewhere > 0 {
            lines.append(
                "The same of \(Counts.of(elsewhere, "pupil")) of other schools: their heads have to protect them."
            )
        }
        lines += holders.map { holder in
            var parts = holder.groups.isEmpty ? [] : [holder.groups.map(\.name).sorted().joined(separator: ", ")]
            if holder.siblings > 0 {
                parts.append("carers of \(Counts.of(holder.siblings, "brother or sister", "brothers or sisters"))")
            }
            let next =
                holder.tasks.isEmpty
                ? "no task goes there any more, so ask it to delete them"
                : "emptied of it by the next run of \(holder.tasks.joined(separator: ", "))"
            return "The copy of \(holder.recipient) has \(parts.joined(separator: " and ")): \(next)."
        }
        return lines
    }
}
