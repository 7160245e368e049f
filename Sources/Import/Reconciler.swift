import EventLog
import Events
import Identifiers
import Projections
import School

/// Lays what the files say of an entity beside what the mirror knows: the one decision that both readings share.
///
/// The survey counts what it answers, the appending carries it out.
struct Reconciler {
    let store: any ImportStore
    let source: SourceID
    let scratch: Scratch
    /// The groups that the files tell in full, by kind.
    let coverage: Coverage
    /// The bases that they speak for; none for a delta.
    let bases: Set<BaseID>
    /// The bases of whose pupils and registrations they tell all.
    let covered: Registrations.Covered
    /// Groups of pupils of which a row could not be read so far as to tell whose it is.
    let unread: Set<DataGroup>
    /// The day on which registrations are judged.
    let day: CalendarDate

    /// Where a pupil is after the files.
    struct Placed {
        var outcome: Registrations.Outcome
        /// The second registrations that the mirror knows, whatever their status.
        var seconds: [MirrorEntry]

        /// The second registration that the mirror knows at a base.
        func second(at base: BaseID) -> MirrorEntry? { seconds.first { $0.base == base } }
    }

    /// Where a pupil is after the files; nil when nothing can be said of the pupil.
    func placed(_ known: MirrorEntry?, _ entry: Scratch.Entry?) throws -> Placed? {
        guard let known else {
            guard let entry, entry.stands else { return nil }
            let told = Registrations.Told(claim: entry.base, active: active(entry, [:]))
            return Registrations.reconcile(known: nil, told: told, covered: covered)
                .map { Placed(outcome: $0, seconds: []) }
        }
        let seconds = try store.registrations(of: known.id)
        let present = seconds.filter(\.isPresent)
        if let entry, stays(entry) || isSimple(entry, known, present) {
            let isHeld = entry.groups[.registration]?.saying == .held
            let told = isHeld ? [] : entry.registrations.filter { $0.saying != .claimed }.map(\.base)
            let second = Set(told).subtracting([known.base])
            return Placed(outcome: .staying(at: known.base, second: second), seconds: seconds)
        }
        var registrations = Registrations.Known(home: known.base, isPresent: known.isPresent, active: [:])
        if known.isPresent { registrations.active[known.base] = try isActive(known.id) }
        for second in present { registrations.active[second.base] = try isActive(second.id) }
        let told = Registrations.Told(
            claim: entry?.stands == true ? entry?.base : nil,
            active: entry.map { active($0, registrations.active) } ?? [:]
        )
        return Registrations.reconcile(known: registrations, told: told, covered: covered)
            .map { Placed(outcome: $0, seconds: seconds) }
    }

    /// Nothing that can be read says where the pupil is.
    private func stays(_ entry: Scratch.Entry) -> Bool {
        if entry.flags.contains(.isTwofold) || entry.groups[.registration]?.saying == .held { return true }
        return !entry.stands && (entry.flags.contains(.isMentioned) || entry.registrations.isEmpty)
    }

    /// One registration, at the home, and no other known: most pupils on most days.
    private func isSimple(_ entry: Scratch.Entry, _ known: MirrorEntry, _ present: [MirrorEntry]) -> Bool {
        known.isPresent && present.isEmpty && entry.base == known.base
            && entry.registrations.allSatisfy { $0.base == known.base }
    }

    private func active(_ entry: Scratch.Entry, _ known: [BaseID: Bool]) -> [BaseID: Bool] {
        var active: [BaseID: Bool] = [:]
        for state in entry.registrations {
            switch state.saying {
            case .told: active[state.base] = state.isActive
            case .held: active[state.base] = known[state.base]
            case .claimed: break
            }
        }
        return active
    }

    /// One school id is one registration, where none has been told (rulings 35).
    private func isActive(_ holder: SubjectID) throws -> Bool {
        guard let content = try store.content(of: .registration, of: holder) else { return true }
        return Registrations.isActive(content, on: day)
    }

    /// The groups of a pupil that are empty now.
    func emptied(_ known: MirrorEntry, _ entry: Scratch.Entry, _ placed: Placed?) -> [DataGroup] {
        guard entry.stands, !entry.flags.contains(.isKept) else { return [] }
        let home = placed?.outcome.home ?? entry.base
        // At a second base the files need not tell what the home's do.
        guard covered.pupils.contains(home) else { return [] }
        var mentioned = Set(entry.groups.keys).union(unread)
        var groups = coverage.groups[entry.kind] ?? []
        if entry.kind == .pupil {
            groups.insert(.registration)
            let told = entry.registration(at: home)?.saying ?? .claimed
            if told != .claimed || !covered.registrations.contains(home) || placed?.outcome.absorbed != nil {
                mentioned.insert(.registration)
            }
        }
        return GroupCoverage.emptied(known: known.groups.keys, mentioned: mentioned, covered: groups)
    }

    /// True when the files tell a registration at the pupil's home that is not the one which is known of the pupil.
    func setsHome(_ known: MirrorEntry, _ entry: Scratch.Entry, _ placed: Placed) -> Bool {
        guard entry.groups[.registration]?.saying != .held, !entry.flags.contains(.isTwofold),
            let state = entry.registration(at: placed.outcome.home), state.saying == .told
        else { return false }
        return known.groups[.registration] != state.hash
    }

    /// What the files change about a second registration.
    struct SecondChange {
        var setsContent: Bool
        var status: Syncd_Events_EntityStatusChanged.Status?
        var isNew: Bool
    }

    /// What the files change about the second registration at a base; nil when they say nothing that can be read.
    func change(of state: Scratch.RegistrationState?, known: MirrorEntry?) -> SecondChange? {
        guard let state, state.saying != .held else { return nil }
        // A base that is only named stands for an active registration, unless one is known there.
        let isActive = state.saying == .claimed || state.isActive
        let isThere = known?.status == .present || known?.status == .left
        let setsContent =
            state.saying == .told ? known?.groups[.registration] != state.hash : known?.groups[.registration] == nil
        let wanted: EntityStatus = isActive ? .present : .left
        var status: Syncd_Events_EntityStatusChanged.Status?
        if (known?.status ?? .present) != wanted { status = isActive ? .present : .left }
        return SecondChange(setsContent: setsContent, status: status, isNew: !isThere)
    }

    /// Calls back for everything present that the files cover, and for pupils who are back in them.
    ///
    /// - Parameters:
    ///   - kind: one that the files cover.
    ///   - plain: is told how many are in the files just as they are known; they are not visited.
    ///   - visit: is told whether the entity is missing, with where a pupil is then.
    func forEachCovered(
        _ kind: EntityKind,
        plain: (Int) throws -> Void = { _ in },
        visit: (_ known: MirrorEntry, _ isMissing: Bool, _ placed: Placed?) throws -> Void
    ) throws {
        try forEachChanged(kind, plain) { known in
            guard known.isPresent else {
                // Back in these files, perhaps without something that was known.
                if kind == .pupil, try scratch.entry(kind, known.key)?.stands == true { try visit(known, false, nil) }
                return
            }
            guard bases.contains(known.base) else { return }
            if kind == .registration {
                let pupil = known.key.split(separator: "\u{1F}").dropLast().joined(separator: "\u{1F}")
                let entry = try scratch.entry(.pupil, pupil)
                let placed = try placed(try store.entity(source, .pupil, key: pupil), entry)
                // A deletion accounts for it: its own, or the pupil's.
                let own = try scratch.entry(.registration, known.key)
                let isDeleted = entry?.flags.contains(.isDeleted) == true || own?.flags.contains(.isDeleted) == true
                try visit(known, !isDeleted && placed?.outcome.gone.contains(known.base) == true, placed)
                return
            }
            let entry = try scratch.entry(kind, known.key)
            let isDeleted = entry?.flags.contains(.isDeleted) == true
            guard entry?.isInFiles != true, !isDeleted else { return try visit(known, false, nil) }
            try visit(known, true, kind == .pupil ? try placed(known, nil) : nil)
        }
    }

    /// Calls back for everything of a kind but for what stands in the files just as it is known.
    private func forEachChanged(
        _ kind: EntityKind,
        _ plain: (Int) throws -> Void,
        _ visit: (MirrorEntry) throws -> Void
    ) throws {
        guard let mirror = store.mirror, scratch.plainCounts[Int(kind.rawValue)] > 0 else {
            return try store.forEachEntity(source, kind, visit)
        }
        try mirror.forEachPlace(source, kind) { key, place in
            if let key, let offset = scratch.find(scratch.digest(kind, key)), scratch.plain(at: offset) != nil {
                if bases.contains(place.base) { try plain(1) }
            } else if let known = try mirror.entry(of: place.id) {
                try visit(known)
            }
        }
    }

    /// The kinds of which something can be missing.
    ///
    /// Marks and sessions come for a window of time: one that is not told is not gone.
    var kinds: [EntityKind] {
        var kinds = Set(coverage.groups.keys).subtracting([.mark, .session, .registration])
        if kinds.contains(.pupil) { kinds.insert(.registration) }
        return kinds.sorted { $0.rawValue < $1.rawValue }
    }
}
