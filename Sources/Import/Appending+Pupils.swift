import EventLog
import Events
import Identifiers
import Projections
import School

/// Pupils: where they are, and their registrations.
extension Appending {
    /// Takes a pupil's own row, rows of one of the pupil's groups, or of a registration.
    mutating func takePupil(_ row: RowResolver.Row) throws {
        let record = row.record
        guard let entry = try scratch.entry(.pupil, record.key), entry.isThere else { return }
        let known = try store.entity(source, .pupil, key: record.key)
        guard let placed = try reconciler.placed(known, entry) else { return }
        let place = place(of: record.origin)
        let home = placed.outcome.home
        var events: [NewEvent] = []
        let leads = try isFirst(record, place, entry)
        if leads, let known { events += try arrival(known, entry, placed) }
        var changes = record.kind == .registration ? [] : try self.changes(record, entry, known)
        let registration = record.groups.first { $0.group == .registration }
        if let registration, let state = entry.registration(at: row.base), state.saying == .told,
            state.place == place, entry.groups[.registration]?.saying != .held
        {
            let holder = try known.flatMap { try store.holder(of: $0.id, at: row.base) }
            let content = try store.kept(registration, record.dropped, of: holder)
            try require(hash(of: content), toBe: state.hash, record)
            if row.base != home {
                events += try second(content, state, record.key, entry, placed)
            } else if known?.groups[.registration] != state.hash {
                changes.append(
                    EventComposer.GroupChange(group: .registration, change: .set, rows: content.rows, place: place)
                )
            }
        }
        if leads, let claim = entry.registrations.first(where: { $0.saying == .claimed }), claim.base != home,
            placed.outcome.second.contains(claim.base)
        {
            events += try second(Registrations.untold, claim, record.key, entry, placed)
        }
        let origin = traced(record, known, entry)
        if !changes.isEmpty {
            let id = entry.id
            events.append(
                try composer.changed(.pupil, key: record.key, id: id, owner: nil, base: home, groups: changes)
            )
        }
        if let origin { events.append(try composer.split(entry.id, at: home, from: origin)) }
        try append(events)
    }

    /// Looks whose record the row's pupil continues.
    ///
    /// - Returns: of whose record a new pupil is the new half.
    private mutating func traced(_ record: SourceRecord, _ known: MirrorEntry?, _ entry: Scratch.Entry) -> SubjectID? {
        guard record.kind == .pupil, let row = record.groups.first(where: { $0.group == .basicDetails })?.rows.first
        else { return nil }
        return traces.told(entry.id, isNew: known == nil, upn: row[.upn], formerUPN: row[.formerUPN])
    }

    /// Notes the numbers of the pupils whose records go.
    mutating func findLost() throws {
        var lost: [SubjectID] = []
        let isFull = request.mode == .full
        if isFull {
            try reconciler.forEachCovered(.pupil) { known, isMissing, placed in
                let isDeleted = try scratch.entry(.pupil, known.key)?.flags.contains(.isDeleted) == true
                if isDeleted || isMissing && placed?.outcome.isThere != true { lost.append(known.id) }
            }
        } else {
            try store.forEachEntity(source, .pupil) { known in
                guard known.isPresent, try scratch.entry(.pupil, known.key)?.flags.contains(.isDeleted) == true else {
                    return
                }
                lost.append(known.id)
            }
        }
        for pupil in lost {
            guard let number = try store.content(of: .basicDetails, of: pupil)?.rows.first?[.upn] else { continue }
            traces.isLost(pupil, number: number)
        }
    }

    /// The row with which what is to be said of the pupil's place goes: the own one, or the first registration of a
    /// delta that has none.
    private func isFirst(_ record: SourceRecord, _ place: Scratch.Place, _ entry: Scratch.Entry) throws -> Bool {
        if entry.stands { return record.kind == .pupil && !record.isPart && entry.place == place }
        return record.kind == .registration && entry.registrations.first?.place == place
    }

    /// The pupil is there again, or comes to another base.
    ///
    /// Only after that are groups told: they stand at the base where the pupil is by then.
    private func arrival(_ known: MirrorEntry, _ entry: Scratch.Entry, _ placed: Reconciler.Placed) throws -> [NewEvent]
    {
        var events: [NewEvent] = []
        if !known.isPresent, entry.stands { events.append(try composer.status(.pupil, known, .present)) }
        let isTold = entry.registration(at: placed.outcome.home)?.saying == .told
        return try events + move(known, placed, takesRegistration: !isTold)
    }

    /// A move, with the second registration that becomes the main one.
    func move(_ known: MirrorEntry, _ placed: Reconciler.Placed, takesRegistration: Bool) throws -> [NewEvent] {
        let home = placed.outcome.home
        guard placed.outcome.movedFrom != nil else { return [] }
        var events = try composer.moved(.pupil, known, to: home)
        guard placed.outcome.absorbed != nil, let second = placed.second(at: home) else { return events }
        if takesRegistration, let content = try store.content(of: .registration, of: second.id) {
            let change = EventComposer.GroupChange(group: .registration, change: .set, rows: content.rows)
            events.append(
                try composer.changed(.pupil, key: known.key, id: known.id, owner: nil, base: home, groups: [change])
            )
        }
        events.append(try composer.status(.registration, second, .absent))
        return events
    }

    /// What the files say of a second registration.
    private func second(
        _ content: GroupContent,
        _ state: Scratch.RegistrationState,
        _ pupil: String,
        _ entry: Scratch.Entry,
        _ placed: Reconciler.Placed
    ) throws -> [NewEvent] {
        let known = placed.second(at: state.base)
        guard let change = reconciler.change(of: state, known: known) else { return [] }
        let key = RowResolver.registrationKey(pupil, state.base)
        let id = known?.id ?? state.id
        var events: [NewEvent] = []
        if change.setsContent {
            let place = state.saying == .told ? state.place : nil
            let set = EventComposer.GroupChange(group: .registration, change: .set, rows: content.rows, place: place)
            events.append(
                try composer.changed(.registration, key: key, id: id, owner: entry.id, base: state.base, groups: [set])
            )
        }
        if let status = change.status {
            events.append(try composer.status(.registration, id: id, base: state.base, status))
        }
        return events
    }
}
