import EventLog
import Identifiers
import Projections
import School

/// A mark that waited for its pupil's entry date to be corrected.
struct ReleasedMark {
    var record: SourceRecord
    var base: BaseID
}

/// Marks before a pupil's entry wait, Z apart, and come in by themselves when the date is corrected (rulings 28).
extension Survey {
    /// What keeps a mark out; nil for other rows, and for a mark that is known as it is told.
    func faultBeforeEntry(_ row: RowResolver.Row) throws -> RowResolver.Fault? {
        guard row.record.kind == .mark, let told = row.record.groups.first,
            let mark = told.rows.first.flatMap(AttendanceString.Mark.init),
            let pupil = row.record.references.first(where: { $0.kind == .pupil })
        else { return nil }
        let place = scratch.find(scratch.digest(.pupil, pupil.key))
        let entry = try place.map { try scratch.entryDay(at: $0, base: row.base) } ?? knownEntryDay(of: row)
        guard !MarkEntry.allows(mark, entry: entry) else { return nil }
        if let known = try store.entity(source, .mark, key: row.record.key), known.isPresent,
            known.groups[told.group] == hash.of(told)
        {
            return nil
        }
        return RowResolver.Fault(
            field: "mark",
            reason: MarkEntry.reason,
            rule: .markBeforeEntry,
            value: mark.code
        )
    }

    private func knownEntryDay(of row: RowResolver.Row) throws -> CalendarDate? {
        try row.owner.flatMap { try store.entryDay(of: $0, at: row.base) }
    }

    /// Takes in the marks that waited and need not wait any more, unless the files tell them themselves.
    ///
    /// Called when the files have been read, so that what they say of registrations is known.
    mutating func releaseMarks(using generator: inout RandomNumbers) throws {
        var waiting: [DataIssue] = []
        try store.forEachOpenIssue(of: source) { issue in
            if issue.rule == .markBeforeEntry, issue.isParked { waiting.append(issue) }
        }
        for issue in waiting where issue.base != store.owner && bases.includes(issue.base) {
            guard scratch.sight(.mark, issue.key) == nil, let record = try record(of: issue) else { continue }
            do {
                let row = try resolver.resolve(record, base: issue.base, bases: bases)
                guard try faultBeforeEntry(row) == nil else { continue }
                try place(row, using: &generator)
                released.append(ReleasedMark(record: record, base: issue.base))
            } catch is RowResolver.Refusal {
                // Whoever it is about is not there: it waits on.
                continue
            }
        }
    }

    private func record(of issue: DataIssue) throws -> SourceRecord? {
        guard let content = GroupContent(canonicalBytes: issue.content),
            let pupil = try issue.person.flatMap({ try store.entity($0) })
        else { return nil }
        return SourceRecord(
            kind: .mark,
            key: issue.key,
            base: nil,
            groups: [content],
            references: [.init(kind: .pupil, key: pupil.key, field: "pupil_key")],
            origin: .init(file: issue.file, line: Int(issue.line))
        )
    }
}

extension ImportStore {
    /// The first day on which a pupil is known to be on the register of a base; nil when it is not known.
    func entryDay(of pupil: SubjectID, at base: BaseID) throws -> CalendarDate? {
        try holder(of: pupil, at: base)
            .flatMap { try content(of: .registration, of: $0) }
            .flatMap { MarkEntry.day(of: $0) }
    }
}

/// Days of entry.
extension Scratch {
    /// A pupil's record and a base.
    struct EntryPlace: Hashable {
        var offset: Int
        var base: BaseID
    }

    /// How many days are remembered: the pupils of a school, whose marks come day by day.
    private static let entryDaysMax = 4_096

    /// Forgets what was asked before: the files tell more.
    func forgetEntryDays() {
        if !entryDays.isEmpty { entryDays.removeAll(keepingCapacity: true) }
    }

    /// The first day on which a pupil is on the register of a base, as the files tell it, else as it is known.
    func entryDay(at offset: Int, base: BaseID) throws -> CalendarDate? {
        let place = EntryPlace(offset: offset, base: base)
        if let day = entryDays[place] { return day }
        let day = try findEntryDay(place)
        if entryDays.count >= Self.entryDaysMax { forgetEntryDays() }
        entryDays[place] = .some(day)
        return day
    }

    private func findEntryDay(_ place: EntryPlace) throws -> CalendarDate? {
        if let plain = plain(at: place.offset) {
            guard plain.isNew else { return try mirror.store.entryDay(of: plain.id, at: place.base) }
            return plain.base == place.base ? newEntryDay(plain) : nil
        }
        guard let entry = ScratchCoding.decode(payload(at: place.offset)) else { return nil }
        if let state = entry.registration(at: place.base), state.saying == .told { return state.entry }
        return entry.flags.contains(.isKnown) ? try mirror.store.entryDay(of: entry.id, at: place.base) : nil
    }

    /// True when the key of a mark ends with a day, and the pupil was on the register by then or the entry is not known.
    ///
    /// - Parameter pupil: where the pupil's record lies; nil for none.
    func isSinceEntry(_ key: UnsafeRawBufferPointer, of pupil: Int?, at base: BaseID) throws -> Bool {
        // Ends with 2025-09-01, U+001F and AM or PM.
        guard let pupil, key.count >= 13 else { return false }
        guard let entry = try entryDay(at: pupil, base: base) else { return true }
        let day = String(decoding: key[(key.count - 13)..<(key.count - 3)], as: UTF8.self)
        return CalendarDate(iso: day).map { $0 >= entry } ?? false
    }
}
