import EventLog
import Identifiers
import Projections
import School

/// What the files come to, once all of them have been read.
extension Survey {
    /// The decision that the appending will carry out.
    func reconciler() throws -> Reconciler {
        var covered = Registrations.Covered()
        let bases = request.mode == .full ? try bases.covered() : []
        if files.coverage.groups[.pupil] != nil {
            covered.pupils = bases
            // A registration that cannot be read so far as to tell whose it is may be any of those that seem to be gone.
            if files.coverage.tellsRegistrations, unread[.registration] == nil { covered.registrations = bases }
        }
        return Reconciler(
            store: store,
            source: source,
            scratch: scratch,
            coverage: files.coverage,
            bases: bases,
            covered: covered,
            unread: unread[.pupil] ?? [],
            day: day
        )
    }

    /// Kinds whose removals wait for a person.
    var held: Set<EntityKind> { Set(report.entities.filter { $0.value.held > 0 }.keys) }

    /// Counts what becomes of every entity.
    mutating func count() throws {
        let reconciler = try reconciler()
        let isFull = request.mode == .full
        try promoteUnsettled(isFull)
        try countRemovals(reconciler)
        var entities = report.entities
        for kind in EntityKind.allCases {
            let (unchanged, new) = (scratch.plainCounts[Int(kind.rawValue)], scratch.newCounts[Int(kind.rawValue)])
            guard unchanged + new > 0 else { continue }
            entities[kind, default: .init()].unchanged += unchanged
            entities[kind, default: .init()].new += new
        }
        try scratch.forEach { entry in
            guard entry.kind != .registration else { return }
            var fate = Self.fate(of: entry)
            if entry.kind == .pupil, fate != nil {
                fate = try count(entry, fate, reconciler, isFull, &entities)
            }
            if let fate { entities[entry.kind, default: .init()].add(fate) }
        }
        report.entities = entities
    }

    /// True when the second reading has something to append.
    var changesAnything: Bool {
        followsOwner || !bases.registered.isEmpty
            || report.entities.values.contains { $0.new > 0 || $0.changed > 0 || $0.gone > 0 }
    }

    /// Makes entries of the pupils whose rows say what is known, but who have second registrations, or groups that the
    /// files do not tell.
    private func promoteUnsettled(_ isFull: Bool) throws {
        guard let mirror = store.mirror, scratch.plainCounts[Int(EntityKind.pupil.rawValue)] > 0 else { return }
        var unsettled: [Scratch.Plain] = []
        try scratch.forEachRecord(.plain) { offset in
            guard let plain = scratch.plain(at: offset), plain.kind == .pupil else { return }
            let isPlain = try mirror.isPlain(plain.id) { number in
                guard isFull, number != DataGroup.basicDetails.rawValue else { return true }
                return DataGroup(rawValue: number).map { scratch.line(of: $0, plain) > 0 } ?? false
            }
            if !isPlain { unsettled.append(plain) }
        }
        for plain in unsettled {
            if let entry = try scratch.entry(at: plain.offset) { try scratch.promote(plain, entry) }
        }
    }

    /// What becomes of an entity by what its own rows say; nil when nothing is in, or nothing about it is.
    private static func fate(of entry: Scratch.Entry) -> ImportReport.Fate? {
        guard !entry.flags.contains(.isDeleted) else { return nil }
        if !entry.flags.contains(.isPresent) { return entry.stands ? .new : nil }
        guard entry.isInFiles || !entry.groups.isEmpty || !entry.registrations.isEmpty else { return nil }
        let isMoved = entry.stands && entry.kind != .pupil && entry.flags.contains(.isElsewhere)
        return isMoved || entry.groups.contains { $0.value.differs && $0.value.saying != .held } ? .changed : .unchanged
    }

    /// Counts a pupil's second registrations, and what they and emptied groups make of the pupil.
    private func count(
        _ entry: Scratch.Entry,
        _ fate: ImportReport.Fate?,
        _ reconciler: Reconciler,
        _ isFull: Bool,
        _ entities: inout [EntityKind: ImportReport.Counts]
    ) throws -> ImportReport.Fate? {
        let known = entry.flags.contains(.isKnown) ? try store.entity(entry.id) : nil
        guard let placed = try reconciler.placed(known, entry) else { return fate }
        for base in placed.outcome.second {
            let told = entry.registration(at: base)
            guard let change = reconciler.change(of: told, known: placed.second(at: base)) else { continue }
            let isChanged = change.setsContent || change.status != nil
            entities[.registration, default: .init()].add(change.isNew ? .new : isChanged ? .changed : .unchanged)
        }
        guard fate == .unchanged, let known else { return fate }
        if placed.outcome.movedFrom != nil || reconciler.setsHome(known, entry, placed) { return .changed }
        return isFull && !reconciler.emptied(known, entry, placed).isEmpty ? .changed : fate
    }

    /// Counts what is no longer there, kind by kind, and holds what looks like a torn export.
    private mutating func countRemovals(_ reconciler: Reconciler) throws {
        var gone = deletions
        var present: [EntityKind: Int] = [:]
        var moved = 0
        if request.mode == .full {
            for kind in reconciler.kinds {
                var (all, missing) = (0, 0)
                try reconciler.forEachCovered(kind) {
                    all += $0
                } visit: { known, isMissing, placed in
                    guard known.isPresent else { return }
                    all += 1
                    guard isMissing else { return }
                    missing += 1
                    if kind == .pupil, placed?.outcome.isThere == true { moved += 1 }
                }
                present[kind] = all
                gone[kind, default: 0] += missing
            }
        }
        // Whoever loses data groups counts as well: of leavers they go for good.
        let losing = groupDeletions.count
        if losing > 0 { gone[.pupil, default: 0] += losing }
        let removals = RemovalGuard(allowedPerKind: request.allowedRemovals)
        var arePupilsHeld = false
        // Pupils come before registrations: a second registration goes only when pupils may.
        for (kind, count) in gone.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > 0 {
            let all = try present[kind] ?? countPresent(kind)
            let hasUnreadRows = unread[kind]?.contains(kind.ownGroup) == true
            var isHeld = removals.holds(gone: count, of: all, hasUnreadRows: hasUnreadRows)
            if kind == .pupil { arePupilsHeld = isHeld }
            if kind == .registration { isHeld = isHeld || arePupilsHeld }
            if isHeld {
                report.entities[kind, default: .init()].held = count
                if kind == .pupil, losing > 0 { try holdGroupDeletions() }
            } else {
                let changed = kind == .pupil ? moved : 0
                report.entities[kind, default: .init()].gone = count - changed - (kind == .pupil ? losing : 0)
                report.entities[kind, default: .init()].changed += changed
            }
        }
    }

    /// How many of a kind are present inside what the files speak for.
    private func countPresent(_ kind: EntityKind) throws -> Int {
        let covered = try bases.covered()
        var count = 0
        try store.forEachEntity(source, kind) { known in
            guard known.isPresent, bases.includes(known.base) else { return }
            if covered.isEmpty || covered.contains(known.base) { count += 1 }
        }
        return count
    }

    /// A second set of files whose schools are disjoint from the first needs a source of its own (rulings 2).
    func requireSameSchools() throws {
        guard isKnownSource, request.source == nil else { return }
        let known = try store.bases(of: source)
        let covered = try bases.covered().union(bases.needed)
        guard !known.isEmpty, !covered.isEmpty, known.isDisjoint(with: covered) else { return }
        throw ImportError(
            .sourceNeeded,
            "none of the schools in these files is one that source \(report.source) has told of: "
                + "name the MIS database that they come from with --source NAME"
        )
    }

    /// Refuses files that look like another school's.
    func requireNoMixUp() throws {
        guard isKnownSource else { return }
        var mixUp = MixUp()
        mixUp.strangers = scratch.newCounts[Int(EntityKind.pupil.rawValue)]
        mixUp.inFile = scratch.plainCounts[Int(EntityKind.pupil.rawValue)] + mixUp.strangers
        try scratch.forEach { entry in
            guard entry.kind == .pupil, entry.stands else { return }
            mixUp.inFile += 1
            if !entry.flags.contains(.isKnown) { mixUp.strangers += 1 }
        }
        guard mixUp.strangers * 2 > mixUp.inFile else { return }
        let covered = try bases.covered()
        try store.forEachEntity(source, .pupil) { known in
            guard known.isPresent else { return }
            mixUp.present += 1
            guard covered.contains(known.base) else { return }
            mixUp.presentInside += 1
            let sight = scratch.sight(.pupil, known.key)
            if sight?.flags.isDisjoint(with: [.hasRow, .isMentioned]) != false { mixUp.missingInside += 1 }
        }
        guard mixUp.isLikely(isFull: request.mode == .full), mixUp.strangers > request.allowedStrangers ?? 0 else {
            return
        }
        throw ImportError(
            .mixUp,
            "\(mixUp.strangers) of the \(mixUp.inFile) pupils in these files are strangers to source "
                + "\(report.source): this looks like another school's export. Check the folder and --source; if it is "
                + "right, repeat with --allow-strangers \(mixUp.strangers)"
        )
    }
}

extension ImportReport {
    /// What becomes of an entity that the files tell.
    enum Fate: Equatable {
        case new, changed, unchanged
    }
}

extension ImportReport.Counts {
    /// Counts one entity.
    mutating func add(_ fate: ImportReport.Fate) {
        switch fate {
        case .new: new += 1
        case .changed: changed += 1
        case .unchanged: unchanged += 1
        }
    }
}
