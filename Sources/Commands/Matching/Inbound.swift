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
        let taken = try session.state.read { try taking(of: links($0), $0) }
        try session.appendInBatches(taken.events)
        outcome.taken = taken.items
        outcome.conflicts = try session.state.read { try conflicts($0).count }
        return outcome
    }

    /// Takes in what rules let in of one pupil, who has just been matched.
    ///
    /// Durable on return.
    func settle(_ theirs: SubjectID) throws -> Outcome {
        let taken = try session.state.read { snapshot in
            try taking(of: link(of: theirs, snapshot).map { [$0] } ?? [], snapshot)
        }
        try session.appendInBatches(taken.events)
        return try session.state.read { snapshot in
            Outcome(
                matched: 1,
                waiting: try waiting(snapshot).count,
                taken: taken.items,
                conflicts: try conflicts(of: theirs, snapshot).count
            )
        }
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
        var ids: [SubjectID] = []
        try snapshot.mirror(of: source, .pupil) { entry in
            ids.append(entry.id)
            return true
        }
        return try ids.sorted().compactMap { try link(of: $0, snapshot) }
    }

    /// The match of one pupil of this source at this school; nil for none.
    func link(of theirs: SubjectID, _ snapshot: borrowing Snapshot) throws -> LinkedPupils? {
        guard let link = try snapshot.link(of: theirs), try snapshot.entity(link.ours)?.base == base.id else {
            return nil
        }
        return link
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
            // Pupils of another school are shown to nobody who holds no role there.
            guard try InboundSource(name: source.name) != nil || reaches(source: source.id) else { return nil }
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
