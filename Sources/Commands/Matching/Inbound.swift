import EventLog
import Identifiers
import Import
import Projections
import School

/// What one other source tells of a school's pupils: who is who, what is taken in, what waits (ruling 6).
struct Inbound {
    let session: Session
    /// The other source.
    let source: SourceID
    let sourceName: String
    /// The school.
    let base: Base

    /// What a round came to.
    struct Outcome {
        var matched = 0
        /// Pupils of the other source who are nobody of the school's, as far as anybody has said.
        var waiting = 0
        /// Data items that rules took in.
        var taken = 0
        /// Data items that wait for a person.
        var conflicts = 0

        /// For machines.
        var json: JSON {
            [
                "matched": JSON(matched), "waiting": JSON(waiting), "taken": JSON(taken), "conflicts": JSON(conflicts),
            ]
        }

        /// For people.
        var text: String {
            "Matched \(Counts.of(matched, "pupil")), took in \(Counts.of(taken, "value")) by rule; "
                + "\(Counts.of(waiting, "pupil")) waiting for a match, \(Counts.of(conflicts, "conflict")) to decide."
        }
    }

    /// Matches whoever can be, then takes in what rules let in.
    ///
    /// Durable on return; doing it again changes nothing.
    func settle() throws -> Outcome {
        var outcome = Outcome()
        let found = try find()
        try session.appendInBatches(found.events)
        outcome.matched = found.events.count
        outcome.waiting = found.waiting.count
        let taking = try taking()
        try session.appendInBatches(taking.events)
        outcome.taken = taking.items
        outcome.conflicts = try session.state.read { try conflicts($0).count }
        return outcome
    }

    /// The other source's present pupils who are matched with nobody.
    func waiting(_ snapshot: borrowing Snapshot) throws -> [SubjectID] {
        var ids: [SubjectID] = []
        try snapshot.mirror(of: source, .pupil) { entry in
            if entry.status == .present { ids.append(entry.id) }
            return true
        }
        return try ids.filter { try snapshot.link(of: $0) == nil }.sorted()
    }

    /// Who somebody of the other source may be.
    func candidates(of theirs: SubjectID, _ own: OwnPupils, _ snapshot: borrowing Snapshot) throws -> [SubjectID] {
        own.candidates(try identity(theirs, snapshot))
    }

    private func identity(_ id: SubjectID, _ snapshot: borrowing Snapshot) throws -> PupilIdentity {
        PupilIdentity(try snapshot.group(.basicDetails, of: id)?.content?.rows.first ?? FieldRow())
    }

    private func find() throws -> (events: [NewEvent], waiting: [SubjectID]) {
        try session.state.read { snapshot in
            let waiting = try waiting(snapshot)
            guard !waiting.isEmpty else { return ([], []) }
            let own = try OwnPupils(of: base.id, but: source, in: snapshot)
            var taken = Set(try links(snapshot).map(\.ours))
            var events: [NewEvent] = []
            var left: [SubjectID] = []
            for theirs in waiting {
                let identity = try identity(theirs, snapshot)
                let match = try PupilMatch.find(id: nil, identity, formerUPN: nil, in: own)
                guard case .known(let key) = match, let ours = SubjectID(hex: key),
                    try !snapshot.isParted(theirs, ours), taken.insert(ours).inserted
                else {
                    left.append(theirs)
                    continue
                }
                let ground = own.identity(ofKey: key)?.ground(with: identity) ?? .allFour
                events.append(MatchingEvents.matched(theirs, ours, by: ground, at: base.id))
            }
            return (events, left)
        }
    }

    /// The matches of this source at this school.
    func links(_ snapshot: borrowing Snapshot) throws -> [LinkedPupils] {
        try snapshot.links().filter { link in
            guard let theirs = try snapshot.entity(link.theirs), let ours = try snapshot.entity(link.ours) else {
                return false
            }
            return theirs.source == source && ours.base == base.id
        }
    }

    // MARK: Differences

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
        try differences(snapshot).filter { $0.fate == .waits }.map(\.conflict)
    }

    /// The other's value of an item under that person's data key: what a decision is about.
    private func code(of item: InboundItem, _ theirs: GroupContent, _ id: SubjectID) throws -> [UInt8] {
        let value = item.field.map { Array((theirs.rows.first?[$0] ?? "").utf8) } ?? theirs.canonicalBytes
        let dataClass = DataClass(rawValue: item.group.rawValue)
        return try session.log.keyedHash(of: Array(item.name.utf8) + [0] + value, subject: id, dataClass: dataClass)
            ?? []
    }

    /// What the two do not tell alike, of pupils who are at the school, and of groups that nobody has deleted.
    private func differences(
        _ snapshot: borrowing Snapshot
    ) throws -> [(conflict: Conflict, fate: InboundComparison.Fate)] {
        let rules = try snapshot.inboundRules(at: base.id)
        var found: [(Conflict, InboundComparison.Fate)] = []
        let fenced = try snapshot.fencedGroups()
        for link in try links(snapshot) where try snapshot.entity(link.ours)?.status == .present {
            // What the MIS has deleted, or what is erased, comes back through nobody else.
            let deleted = try snapshot.groupsDeletedAtSource(of: link.ours)
            let erased = fenced[link.ours] ?? []
            for group in InboundItem.groups where !deleted.contains(group) && !erased.contains(group.rawValue) {
                guard let told = try snapshot.group(group, of: link.theirs), told.change == .set,
                    let theirs = told.content
                else { continue }
                let ours = try snapshot.group(group, of: link.ours)?.content
                for difference in InboundComparison.differences(group, theirs: theirs, ours: ours) {
                    let code = try code(of: difference.item, theirs, link.theirs)
                    let decided = try snapshot.decided(difference.item, of: link)
                    let fate = InboundComparison.fate(
                        difference,
                        InboundComparison.rule(of: difference.item, rules),
                        decision: decided.flatMap { value in
                            let isMeant = value.code.isEmpty ? value.told >= told.position : value.code == code
                            return isMeant ? (value.isAccepted ? .accepted : .discarded) : nil
                        }
                    )
                    let conflict = Conflict(link: link, item: difference.item, told: told.position, code: code)
                    found.append((conflict, fate))
                }
            }
        }
        return found
    }

    private func taking() throws -> (events: [NewEvent], items: Int) {
        try session.state.read { snapshot in
            let taken = try differences(snapshot).filter { $0.fate == .taken }.map(\.conflict)
            var events: [NewEvent] = []
            for (_, items) in Dictionary(grouping: taken, by: \.link.ours).sorted(by: { $0.key < $1.key }) {
                events += try accepted(items, note: nil, snapshot)
            }
            return (events, taken.count)
        }
    }

    /// The events that make items of one pupil the school's own.
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

extension Session {
    /// What authorities tell of this store's schools, within reach; and what another source does, when it is named.
    ///
    /// - Throws: `subjectUnknown` for a source that does not exist.
    func inbound(source name: String? = nil, base: String? = nil) throws -> [Inbound] {
        let bases = try bases()
        let found = try sources().compactMap { source -> Inbound? in
            guard name == nil || name == source.name else { return nil }
            let key = base ?? InboundSource(name: source.name)?.base
            guard let key, name != nil || InboundSource(name: source.name) != nil,
                let school = bases.first(where: { $0.key == key })
            else { return nil }
            return Inbound(session: self, source: source.id, sourceName: source.name, base: school)
        }
        if let name, let inbound = found.first, InboundSource(name: name) == nil {
            // Two sources are matched, never one with itself.
            let own = try state.read { snapshot in
                try snapshot.sources().contains { source in
                    try source.id != inbound.source && InboundSource(name: source.name) == nil
                        && snapshot.bases(of: source.id).contains(inbound.base.id)
                }
            }
            guard own else {
                throw CommandError(
                    .subjectUnknown,
                    "Nothing but \(name) tells of the pupils of \(inbound.base.key): there is nobody to match them with."
                )
            }
        }
        guard found.isEmpty, let name else { return found }
        throw CommandError(
            .subjectUnknown,
            "There is no source \(name) whose pupils could be matched, or not with this school: `syncd status` shows the "
                + "sources; name the school with --base."
        )
    }
}
