import EventLog
import Identifiers
import Projections
import School

/// What a row that can be taken in says of its entity.
extension Survey {
    /// Notes a row.
    mutating func place(_ row: RowResolver.Row, using generator: inout RandomNumbers) throws {
        let record = row.record
        let kind = record.kind == .registration ? EntityKind.pupil : record.kind
        let known = try store.known(kind, of: source, by: row)
        let origin = place(of: record.origin)
        if let known, row.owner != nil, record.kind != .registration, known.base != row.base { followsOwner = true }
        var entry = try scratch.entry(kind, record.key) ?? self.entry(kind, known, at: origin, flags: [])
        if record.kind == .registration {
            bases.need(row.base)
            try note(record.groups[0], at: row.base, of: &entry, record, using: &generator)
            return try scratch.set(entry, record.key)
        }
        if !record.isPart {
            let isFirst = try found(&entry, by: row, known, using: &generator)
            if !isFirst { return try scratch.set(entry, record.key) }
        }
        try noteGroups(of: record, &entry, known)
        if !record.isPart, kind == .pupil { try noteHome(of: record, at: row.base, &entry, using: &generator) }
        try scratch.set(entry, record.key)
    }

    /// Takes an entity's own row.
    ///
    /// - Returns: false when another row of the same key was there before, and this one is done with.
    private mutating func found(
        _ entry: inout Scratch.Entry,
        by row: RowResolver.Row,
        _ known: MirrorEntry?,
        using generator: inout RandomNumbers
    ) throws -> Bool {
        if entry.flags.contains(.hasRow) {
            try takeSecondRow(row, &entry, known, using: &generator)
            return false
        }
        bases.need(row.base)
        entry.flags.insert(.hasRow)
        entry.flags.remove(.isLeftOut)
        entry.base = row.base
        entry.place = place(of: row.record.origin)
        if known == nil {
            entry.id =
                row.record.kind == .base
                ? SubjectID(row.base) : .drawn(row.record.kind, at: row.base, using: &generator)
        }
        // What follows its class or pupil to another base says nothing new by itself (rulings 35).
        if let known, known.base != row.base, row.owner == nil { entry.flags.insert(.isElsewhere) }
        return true
    }

    /// Notes the groups of a row, registrations of pupils apart.
    private mutating func noteGroups(
        of record: SourceRecord,
        _ entry: inout Scratch.Entry,
        _ known: MirrorEntry?
    ) throws {
        let origin = place(of: record.origin)
        for told in record.groups where !(record.kind == .pupil && told.group == .registration) {
            let state = try self.state(of: told, record, known)
            guard let before = entry.groups[told.group] else {
                entry.groups[told.group] = state
                continue
            }
            switch before.saying {
            case .told where before.hash == state.hash: note(record, sameAs: before.place)
            case .told where told.group == .protection:
                entry.groups[.protection] = safer(told, state, before, record)
            case .told:
                park(record, at: before.place, Self.twofold)
                park(record, Self.twofold)
                entry.groups[told.group] = Scratch.GroupState(saying: .held, place: before.place)
                entry.flags.insert(.isMentioned)
            case .held, .deleted:
                // Of somebody who is known the faulty row keeps what is known; of a stranger the rest is better than none.
                if known?.groups[told.group] == nil, record.kind != .pupil || !record.isPart {
                    entry.groups[told.group] = Scratch.GroupState(
                        saying: .told,
                        hash: state.hash,
                        differs: true,
                        place: origin
                    )
                }
            }
        }
    }

    private mutating func state(
        of told: GroupContent,
        _ record: SourceRecord,
        _ known: MirrorEntry?
    ) throws -> Scratch.GroupState {
        let (_, hash) = try store.settled(told, record, known, hash)
        let differs = known?.groups[told.group] != hash
        if differs, record.kind == .pupil, told.group == .basicDetails, let known, known.isPresent,
            let number = try store.content(of: .basicDetails, of: known.id)?.rows.first?[.upn],
            let new = told.rows.first?[.upn], new != number
        {
            traces.gaveUp(number, known.id)
        }
        return Scratch.GroupState(saying: .told, hash: hash, differs: differs, place: place(of: record.origin))
    }

    /// Notes the base that a pupil's own row names, with the registration there if the row tells it.
    private mutating func noteHome(
        of record: SourceRecord,
        at base: BaseID,
        _ entry: inout Scratch.Entry,
        using generator: inout RandomNumbers
    ) throws {
        if let told = record.groups.first(where: { $0.group == .registration }) {
            try note(told, at: base, of: &entry, record, using: &generator)
        } else if entry.registration(at: base) == nil {
            entry.set(
                Scratch.RegistrationState(
                    base: base,
                    id: .drawn(.registration, at: base, using: &generator),
                    saying: .claimed,
                    place: place(of: record.origin)
                )
            )
        }
    }

    /// Notes what a row says of a pupil's registration at a base.
    private mutating func note(
        _ told: GroupContent,
        at base: BaseID,
        of entry: inout Scratch.Entry,
        _ record: SourceRecord,
        using generator: inout RandomNumbers
    ) throws {
        let known = entry.flags.contains(.isKnown) ? entry.id : nil
        let content = try store.kept(told, record.dropped, of: known.flatMap { try store.holder(of: $0, at: base) })
        var state = Scratch.RegistrationState(
            base: base,
            id: .drawn(.registration, at: base, using: &generator),
            saying: .told,
            isActive: Registrations.isActive(content, on: day),
            hasLeft: Registrations.hasLeft(content, on: day),
            entry: MarkEntry.day(of: content),
            hash: hash.of(content),
            place: place(of: record.origin)
        )
        if let before = entry.registration(at: base) {
            switch before.saying {
            case .claimed: state.id = before.id
            case .held: return
            case .told where before.hash == state.hash: return note(record, sameAs: before.place)
            case .told:
                park(record, at: before.place, Self.twofold)
                park(record, Self.twofold)
                state = before
                state.saying = .held
            }
        }
        entry.set(state)
    }

    /// A second row with the key of an entity: identical ones count once, differing ones are all held back (rulings 36).
    private mutating func takeSecondRow(
        _ row: RowResolver.Row,
        _ entry: inout Scratch.Entry,
        _ known: MirrorEntry?,
        using generator: inout RandomNumbers
    ) throws {
        let record = row.record
        var isSame = true
        for told in record.groups where !(record.kind == .pupil && told.group == .registration) {
            let state = try self.state(of: told, record, known)
            guard let before = entry.groups[told.group] else { continue }
            isSame = isSame && (before.saying == .held || before.hash == state.hash)
        }
        let registration = record.kind == .pupil ? record.groups.first { $0.group == .registration } : nil
        if let registration, let before = entry.registration(at: row.base), before.saying == .told {
            let holder = try known.flatMap { try store.holder(of: $0.id, at: row.base) }
            let content = try store.kept(registration, record.dropped, of: holder)
            isSame = isSame && hash.of(content) == before.hash
        }
        if isSame, let registration, entry.base != row.base, entry.stands {
            // The same pupil at another base: a second registration.
            bases.need(row.base)
            return try note(registration, at: row.base, of: &entry, record, using: &generator)
        }
        if isSame, entry.base == row.base, !entry.flags.contains(.isTwofold) {
            guard let registration else { return note(record, sameAs: entry.place) }
            return try note(registration, at: row.base, of: &entry, record, using: &generator)
        }
        if !entry.flags.contains(.isTwofold) { park(record, at: entry.place, Self.twofold) }
        park(record, Self.twofold)
        entry.flags.formUnion([.isTwofold, .isMentioned])
        for told in record.groups {
            entry.groups[told.group] = Scratch.GroupState(saying: .held, place: entry.place)
        }
    }

    private static let twofold = RowResolver.Fault(
        field: "",
        reason: "has the same key as another row but says something else: correct the export so that one is left",
        rule: .rowsDiffer
    )

    private mutating func note(_ record: SourceRecord, sameAs first: Scratch.Place) {
        let file = fileNames[Int(first.file)]
        let place = file == record.origin.file ? "line \(first.line)" : "\(file), line \(first.line)"
        note(
            RowIssue(
                file: record.origin.file,
                line: record.origin.line,
                field: "",
                reason: "says the same as \(place): the first row was taken, this one left out",
                effect: .noted,
                kinds: [record.kind]
            )
        )
    }
}

extension ImportStore {
    /// A content with the values that are known in place of those that broke their form.
    func kept(_ told: GroupContent, _ dropped: [DroppedValue], of holder: SubjectID?) throws -> GroupContent {
        guard let holder, dropped.contains(where: { $0.group == told.group }) else { return told }
        return told.keeping(dropped, of: try content(of: told.group, of: holder))
    }

    /// What a row's group comes to beside what is known, and its hash.
    ///
    /// Most rows say what is known: only those that do not are laid beside it.
    func settled(
        _ told: GroupContent,
        _ record: SourceRecord,
        _ known: MirrorEntry?,
        _ hash: SHA256Box
    ) throws -> (content: GroupContent, hash: ContentHash) {
        let kept = try kept(told, record.dropped, of: known?.id)
        let plain = hash.of(kept)
        guard record.kind == .pupil, told.group == .basicDetails, let known, known.groups[.basicDetails] != plain
        else { return (kept, plain) }
        let content = kept.rememberingTemporaryUPN(of: try content(of: .basicDetails, of: known.id))
        return (content, hash.of(content))
    }

    /// Who holds a pupil's registration at a base: the pupil, or the second registration there; nil for none.
    func holder(of pupil: SubjectID, at base: BaseID) throws -> SubjectID? {
        if try entity(pupil)?.base == base { return pupil }
        return try registrations(of: pupil).first { $0.base == base }?.id
    }
}
