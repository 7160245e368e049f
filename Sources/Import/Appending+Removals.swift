import EventLog
import Events
import Identifiers
import Projections
import School

/// What is no longer there: deleted in the MIS, missing from the files, or emptied.
extension Appending {
    /// Carries out a deletion that the survey has let in.
    mutating func take(_ deletion: Deletion) throws {
        if deletion.kind == .registration { return try takeRegistration(deletion) }
        guard let entry = try scratch.entry(deletion.kind, deletion.key),
            let known = try store.entity(source, deletion.kind, key: deletion.key), known.isPresent
        else { return }
        let place = place(of: deletion.origin)
        if deletion.groups.isEmpty {
            guard entry.flags.contains(.isDeleted), entry.place == place, !held.contains(deletion.kind) else { return }
            let isDeleted = deletion.departure == .deletedAtSource
            let heir = isDeleted && deletion.kind == .pupil ? traces.heir(of: known.id) : nil
            var events = [try composer.status(deletion.kind, known, deletion.status, mergedInto: heir)]
            if deletion.kind == .pupil, !held.contains(.registration) {
                let seconds = try store.registrations(of: known.id)
                for second in seconds where second.isPresent && bases.includes(second.base) {
                    events.append(try composer.status(.registration, second, deletion.status))
                }
            }
            // Who goes on as somebody else is merged, not deleted.
            if isDeleted, heir == nil, deletion.kind == .pupil { try order(erasing: known, [], &events) }
            return try append(events)
        }
        try takeGroups(deletion, entry, known)
    }

    /// Empties groups that the MIS deleted, and orders them to be erased of a pupil who has left.
    private mutating func takeGroups(_ deletion: Deletion, _ entry: Scratch.Entry, _ known: MirrorEntry) throws {
        let place = place(of: deletion.origin)
        var there: [DataGroup] = []
        var events: [NewEvent] = []
        for group in deletion.groups {
            guard let state = entry.groups[group], state.saying == .deleted, state.place == place else { continue }
            let things = try group.thing.map { try presentThings($0, of: known) } ?? []
            guard known.groups[group] != nil || !things.isEmpty else { continue }
            there.append(group)
            if let kind = group.thing {
                for thing in things { events.append(try composer.status(kind, thing, .deletedAtSource)) }
            }
        }
        guard !there.isEmpty else { return }
        let home = try reconciler.placed(known, entry)?.outcome.home ?? known.base
        events += try cleared(there, of: deletion.kind, known, at: home, as: .deletedAtSource)
        let separable = there.filter(ErasureRules.separable.contains)
        if !separable.isEmpty, try hasLeft(known, entry.registration(at: home)) {
            try order(erasing: known, separable, &events)
        }
        try append(events)
    }

    /// What a pupil has of a kind, and these files do not tell anew.
    private func presentThings(_ kind: EntityKind, of pupil: MirrorEntry) throws -> [MirrorEntry] {
        try store.things(kind, of: pupil.id).filter { thing in
            thing.isPresent && scratch.sight(kind, thing.key)?.stands != true
        }
    }

    /// Whether a pupil has left after these files: what they tell anew counts, and else what is known.
    private func hasLeft(_ pupil: MirrorEntry, _ told: Scratch.RegistrationState?) throws -> Bool {
        if let told, told.saying == .told, told.hash != pupil.groups[.registration] { return told.hasLeft }
        let known = try store.content(of: .registration, of: pupil.id)
        return known.map { Registrations.hasLeft($0, on: reconciler.day) } ?? false
    }

    /// Adds the order to erase what the MIS deleted, in the same batch as the deletion: the same way as an order of a person.
    private mutating func order(erasing known: MirrorEntry, _ groups: [DataGroup], _ events: inout [NewEvent]) throws {
        guard files.deletionsErase else { return }
        let event = try deletionOrders.order(erasing: known.id, groups, at: known.base)
        events.append(event)
    }

    private mutating func takeRegistration(_ deletion: Deletion) throws {
        guard !held.contains(.registration), let (key, _, _) = try deletion.registration(bases),
            let known = try store.entity(source, .registration, key: key), known.isPresent,
            let entry = try scratch.entry(.registration, key), entry.flags.contains(.isDeleted),
            entry.place == place(of: deletion.origin)
        else { return }
        try append([composer.status(.registration, known, .deletedAtSource)])
    }

    /// Tells what the source had and the files do not.
    mutating func removeMissing() throws {
        for kind in reconciler.kinds {
            var missing: [MirrorEntry] = []
            var emptied: [MirrorEntry] = []
            try reconciler.forEachCovered(kind) { known, isMissing, _ in
                if isMissing {
                    if !held.contains(kind) { missing.append(known) }
                } else if kind == .pupil, let entry = try scratch.entry(kind, known.key),
                    try !reconciler.emptied(known, entry, reconciler.placed(known, entry)).isEmpty
                {
                    emptied.append(known)
                }
            }
            for known in missing { try remove(kind, known) }
            for known in emptied { try empty(known) }
        }
    }

    private mutating func remove(_ kind: EntityKind, _ known: MirrorEntry) throws {
        if kind == .pupil, let placed = try reconciler.placed(known, nil), placed.outcome.isThere {
            // Still active at another base, which these files do not cover.
            return try append(move(known, placed, takesRegistration: true))
        }
        let left = request.absentMeansLeft && (kind == .pupil || kind == .registration)
        let heir = kind == .pupil ? traces.heir(of: known.id) : nil
        try append([composer.status(kind, known, left ? .left : .absent, mergedInto: heir)])
    }

    private mutating func empty(_ known: MirrorEntry) throws {
        guard let entry = try scratch.entry(.pupil, known.key) else { return }
        let placed = try reconciler.placed(known, entry)
        let groups = reconciler.emptied(known, entry, placed)
        try append(cleared(groups, of: .pupil, known, at: placed?.outcome.home ?? known.base, as: .cleared))
    }

    private func cleared(
        _ groups: [DataGroup],
        of kind: EntityKind,
        _ known: MirrorEntry,
        at base: BaseID,
        as change: Syncd_Events_GroupPart.Change
    ) throws -> [NewEvent] {
        guard !groups.isEmpty else { return [] }
        let changes = groups.map { EventComposer.GroupChange(group: $0, change: change, rows: []) }
        return [try composer.changed(kind, key: known.key, id: known.id, owner: nil, base: base, groups: changes)]
    }
}
