import EventLog
import Identifiers
import Import
import Projections
import School

// What the two sources do not tell alike.
extension Inbound {
    /// A data item that waits for a person.
    struct Conflict {
        var link: LinkedPupils
        var item: InboundItem
        /// Where the other source told it.
        var told: Position
        /// Its value, coded; empty when its key has been destroyed.
        var code: [UInt8]
    }

    /// What waits for a person.
    func conflicts(_ snapshot: borrowing Snapshot) throws -> [Conflict] {
        try conflicts(of: links(snapshot), snapshot)
    }

    /// What waits for a person of one pupil of the other source; it costs that pupil alone.
    func conflicts(of theirs: SubjectID, _ snapshot: borrowing Snapshot) throws -> [Conflict] {
        try conflicts(of: link(of: theirs, snapshot).map { [$0] } ?? [], snapshot)
    }

    private func conflicts(of links: [LinkedPupils], _ snapshot: borrowing Snapshot) throws -> [Conflict] {
        try differences(of: links, snapshot).filter { $0.fate == .waits }.map(\.conflict)
    }

    /// The other's value of an item under that person's data key: what a decision is about.
    private func code(of item: InboundItem, _ value: [UInt8], _ id: SubjectID) throws -> [UInt8] {
        let dataClass = DataClass(rawValue: item.group.rawValue)
        return try session.log.keyedHash(of: Array(item.name.utf8) + [0] + value, subject: id, dataClass: dataClass)
            ?? []
    }

    /// A difference, where and how the other source told it.
    private struct Told {
        var difference: InboundComparison.Difference
        var at: Position
        /// What a decision on it is about.
        var value: [UInt8]
    }

    /// What the two do not tell alike, of pupils who are at the school, and of groups that nobody has deleted.
    private func differences(
        of links: [LinkedPupils],
        _ snapshot: borrowing Snapshot
    ) throws -> [(conflict: Conflict, fate: InboundComparison.Fate)] {
        let rules = try snapshot.inboundRules(at: base.id)
        var found: [(Conflict, InboundComparison.Fate)] = []
        let fenced = try links.isEmpty ? [:] : snapshot.fencedGroups()
        for link in links where try snapshot.entity(link.ours)?.status == .present {
            // What the MIS has deleted, or what is erased, comes back through nobody else.
            let deleted = try snapshot.groupsDeletedAtSource(of: link.ours)
            let erased = fenced[link.ours] ?? []
            for group in InboundItem.groups where !deleted.contains(group) && !erased.contains(group.rawValue) {
                for told in try told(group, of: link, snapshot) {
                    let item = told.difference.item
                    let code = try code(of: item, told.value, link.theirs)
                    let decided = try snapshot.decided(item, of: link)
                    let fate = InboundComparison.fate(
                        told.difference,
                        InboundComparison.rule(of: item, rules),
                        decision: decided.flatMap { value in
                            let isMeant = value.code.isEmpty ? value.told >= told.at : value.code == code
                            return isMeant ? (value.isAccepted ? .accepted : .discarded) : nil
                        }
                    )
                    found.append((Conflict(link: link, item: item, told: told.at, code: code), fate))
                }
            }
        }
        return found
    }

    /// The differences in one group of two who are one.
    private func told(_ group: DataGroup, of link: LinkedPupils, _ snapshot: borrowing Snapshot) throws -> [Told] {
        guard let told = try snapshot.group(group, of: link.theirs), told.change == .set, let theirs = told.content
        else { return [] }
        if group == .contacts {
            let contacts = try ToldContacts(of: link.theirs, snapshot)
            let ours = try ToldContacts(of: link.ours, snapshot)
            let difference = InboundComparison.difference(theirs: contacts.told, ours: ours.told)
            let value = InboundContact.canonicalBytes(contacts.told)
            return difference.map { [Told(difference: $0, at: max(told.position, contacts.last), value: value)] } ?? []
        }
        let ours = try snapshot.group(group, of: link.ours)?.content
        return InboundComparison.differences(group, theirs: theirs, ours: ours).map { difference in
            let field = difference.item.field.map { Array((theirs.rows.first?[$0] ?? "").utf8) }
            return Told(difference: difference, at: told.position, value: field ?? theirs.canonicalBytes)
        }
    }

    /// The events that make the school's own what rules take in.
    func taking(
        of links: [LinkedPupils],
        _ snapshot: borrowing Snapshot
    ) throws -> (events: [NewEvent], items: Int) {
        let taken = try differences(of: links, snapshot).filter { $0.fate == .taken }.map(\.conflict)
        var events: [NewEvent] = []
        for (_, items) in Dictionary(grouping: taken, by: \.link.ours).sorted(by: { $0.key < $1.key }) {
            events += try accepted(items, note: nil, snapshot)
        }
        return (events, taken.count)
    }

    /// The events that make items of one pupil the school's own; of contacts there are none.
    func accepted(_ items: [Conflict], note: NewPart?, _ snapshot: borrowing Snapshot) throws -> [NewEvent] {
        guard let link = items.first?.link, let ours = try snapshot.entity(link.ours) else { return [] }
        var contents: [DataGroup: GroupContent] = [:]
        for conflict in items {
            let group = conflict.item.group
            guard let theirs = try snapshot.group(group, of: link.theirs)?.content else { continue }
            let known = try contents[group] ?? snapshot.group(group, of: link.ours)?.content
            contents[group] = InboundComparison.merged(conflict.item, theirs: theirs, into: known)
        }
        let run: RunID = session.draw()
        let groups = contents.values.sorted { $0.group.rawValue < $1.group.rawValue }
        return [try InboundTaking.event(ours, groups, run: run)]
            + items.map { conflict in
                MatchingEvents.resolved(
                    conflict.item,
                    of: link.theirs,
                    link.ours,
                    isAccepted: true,
                    told: conflict.told,
                    code: conflict.code,
                    at: base.id,
                    note: note
                )
            }
    }
}
