import EventLog
import Identifiers
import Projections
import School

/// What the MIS says that it deleted.
extension Survey {
    /// Notes a deletion; one of what its own file still tells is parked, one that stands twice counts once.
    mutating func takeDeletion(_ deletion: Deletion) throws {
        let origin = place(of: deletion.origin)
        if deletion.kind == .registration { return try takeRegistration(deletion, origin) }
        guard let known = try store.entity(source, deletion.kind, key: deletion.key) else {
            return deletesUnknown[origin] = deletion
        }
        deletesKnown.insert(origin)
        guard known.isPresent, bases.includes(known.base) else { return }
        let told = try scratch.entry(deletion.kind, deletion.key)
        if told?.flags.contains(.isDeleted) == true { return noteTwice(deletion) }
        guard !deletion.contradicts(told) else {
            let reason = "deletes what another file of the set still tells: correct the export so that one is left"
            return park(deletion, reason)
        }
        var entry = told ?? self.entry(deletion.kind, known, at: origin, flags: [])
        if deletion.groups.isEmpty {
            entry.flags.insert(.isDeleted)
            entry.place = origin
            deletions[deletion.kind, default: 0] += 1
            if deletion.kind == .pupil {
                let seconds = try store.registrations(of: known.id).filter { $0.isPresent && bases.includes($0.base) }
                deletions[.registration, default: 0] += seconds.count
            }
        } else {
            let new = deletion.groups.filter { entry.groups[$0] == nil }
            if new.isEmpty { noteTwice(deletion) }
            var loses = false
            for group in new {
                let differs = try known.groups[group] != nil || !presentThings(of: group, known).isEmpty
                loses = loses || differs
                entry.groups[group] = Scratch.GroupState(saying: .deleted, differs: differs, place: origin)
            }
            if loses { groupDeletions.insert(deletion.key) }
        }
        try scratch.set(entry, deletion.key)
    }

    /// What a pupil has of a group that things of the pupil tell: marks, class memberships.
    private func presentThings(of group: DataGroup, _ pupil: MirrorEntry) throws -> [MirrorEntry] {
        guard let kind = group.thing else { return [] }
        return try store.things(kind, of: pupil.id).filter(\.isPresent)
    }

    /// Lets the deleted groups of all pupils wait: what looks like a torn list of deletions empties nobody.
    mutating func holdGroupDeletions() throws {
        for key in groupDeletions {
            guard var entry = try scratch.entry(.pupil, key) else { continue }
            for (group, state) in entry.groups where state.saying == .deleted {
                entry.groups[group]?.saying = .held
                entry.groups[group]?.differs = false
            }
            try scratch.set(entry, key)
        }
    }

    /// A second registration: its key is the pupil's, then the base's.
    private mutating func takeRegistration(_ deletion: Deletion, _ origin: Scratch.Place) throws {
        guard let (key, pupil, base) = try deletion.registration(bases) else { return }
        if try store.entity(source, .pupil, key: pupil)?.base == base {
            let reason =
                "is the pupil's main registration: send its rows with the leaving date, or delete the pupil or the group"
            return park(deletion, reason)
        }
        guard let known = try store.entity(source, .registration, key: key), known.isPresent else { return }
        if try scratch.entry(.registration, key) != nil { return noteTwice(deletion) }
        if try scratch.entry(.pupil, pupil)?.registration(at: base) != nil {
            let reason = "deletes what another file of the set still tells: correct the export so that one is left"
            return park(deletion, reason)
        }
        deletions[.registration, default: 0] += 1
        try scratch.set(self.entry(.registration, known, at: origin, flags: .isDeleted), key)
    }

    /// Tells the deletions of what the source has never told of.
    ///
    /// A row that does not say what it deletes is looked for among several kinds: it is unknown when all of them lack it.
    mutating func noteUnknownDeletions() {
        for place in deletesKnown { deletesUnknown[place] = nil }
        deletesKnown = []
        for (place, deletion) in deletesUnknown.sorted(by: { ($0.key.file, $0.key.line) < ($1.key.file, $1.key.line) })
        {
            report.note(
                RowIssue(
                    file: fileNames[Int(place.file)],
                    line: Int(place.line),
                    field: "",
                    reason: "deletes what this source has never told of: nothing was there to delete",
                    effect: .noted,
                    kinds: [deletion.kind]
                )
            )
        }
    }

    private mutating func noteTwice(_ deletion: Deletion) {
        note(
            RowIssue(
                file: deletion.origin.file,
                line: deletion.origin.line,
                field: "",
                reason: "deletes what a row before it deletes: it was left out",
                effect: .noted,
                kinds: [deletion.kind]
            )
        )
    }
}
