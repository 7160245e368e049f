import EventLog
import Identifiers
import Projections
import School
import Sealing

/// The first reading of the files: checks everything, counts everything, and decides whether to go on.
///
/// It appends nothing.
struct Survey {
    let request: ImportRequest
    let files: any RecordSource
    let store: any ImportStore
    let source: SourceID
    let isKnownSource: Bool
    let scratch: Scratch

    private var hash = SHA256Box()
    private var digest = SHA256Box()
    private(set) var bases: BaseBook
    private(set) var report: ImportReport
    private var fileNumbers: [String: UInt16] = [:]
    private var fileNames: [String] = []
    private var strangers = 0
    private var missingPupils = 0

    init(
        request: ImportRequest,
        files: any RecordSource,
        store: any ImportStore,
        source: SourceID,
        isKnownSource: Bool,
        scratch: Scratch,
        report: ImportReport
    ) {
        self.request = request
        self.files = files
        self.store = store
        self.source = source
        self.isKnownSource = isKnownSource
        self.scratch = scratch
        self.report = report
        bases = BaseBook(store: store, registers: request.registersBases, only: request.base)
        for kind in files.coverage.groups.keys { self.report.entities[kind] = ImportReport.Counts() }
    }

    /// What the content of the files comes to, for knowing the same files again.
    mutating func contentDigest() -> [UInt8] { digest.finish() }

    /// Names of the files that had rows.
    var names: [String] { fileNames }

    /// Reads everything.
    ///
    /// - Throws: `unknownBase`, `mixUp`, `sourceNeeded`, or the format's refusal of the set.
    mutating func run(using generator: inout RandomNumbers) throws {
        var numbers = generator
        var survey = self
        try files.read { item in
            switch item {
            case .record(let record): try survey.take(record, using: &numbers)
            case .issue(let issue): try survey.takeIssue(issue)
            case .deletion(let kind, let key, let groups, let origin):
                try survey.takeDeletion(Deletion(kind: kind, key: key, groups: groups, origin: origin))
            }
        }
        self = survey
        try requireKnownBases()
        try requireSameSchools()
        if request.mode == .full { try findMissing() }
        try requireNoMixUp()
    }

    /// A row that could not be read is still in the files: what it is about is not gone.
    private mutating func takeIssue(_ issue: RowIssue) throws {
        report.note(issue)
        guard issue.effect == .parked, let key = issue.key else { return }
        let kinds = issue.kind.map { [$0] } ?? [.pupil, .teacher, .contact]
        for kind in kinds where try scratch.entry(kind, key) == nil {
            guard let known = try store.entity(source, kind, key: key) else { continue }
            let entry = Scratch.Entry(
                id: known.id,
                base: known.base,
                isNew: false,
                isChanged: false,
                isParked: true,
                file: number(of: issue.file),
                line: UInt32(issue.line),
                groups: [:]
            )
            try scratch.set(entry, kind, key)
        }
    }

    private mutating func take(_ record: SourceRecord, using generator: inout RandomNumbers) throws {
        var base: BaseID?
        if let key = RowResolver.baseKey(of: record) {
            switch try bases.find(key, at: record.origin, using: &generator) {
            case .base(let id): base = id
            case .leftOut, .unknown: return
            }
        }
        digest.update(record)
        let resolver = RowResolver(store: store, source: source, mode: request.mode, coverage: files.coverage)
        do {
            let row = try resolver.resolve(record, base: base, in: scratch)
            guard bases.includes(row.base) else { return }
            try place(row, using: &generator)
        } catch let refusal as RowResolver.Refusal {
            park(record, field: refusal.field, refusal.reason)
            try keepGroups(of: record, using: &generator)
        }
    }

    /// Notes a row, and what it changes.
    private mutating func place(
        _ row: RowResolver.Row,
        using generator: inout RandomNumbers
    ) throws {
        let record = row.record
        let known = try store.entity(source, record.kind, key: record.key)
        var entry =
            try scratch.entry(record.kind, record.key)
            ?? begin(record, at: row.base, known: known, using: &generator)
        let hashes = record.groups.map { ($0.group, hash.of($0)) }
        let told = hashes.filter { entry.groups[$0.0] != nil }
        if !told.isEmpty {
            let same = hashes.allSatisfy { entry.groups[$0.0]?.hash == $0.1 } && entry.base == row.base
            try takeDuplicate(record, &entry, groups: hashes.map(\.0), same: same)
            return
        }
        for (group, hash) in hashes {
            entry.groups[group] = Scratch.GroupState(hash: hash, line: UInt32(record.origin.line), isParked: false)
            if known?.groups[group] != hash { setChanged(&entry, record.kind) }
        }
        // What follows its class or pupil to another base says nothing new by itself (rulings 35).
        if let known, known.isPresent, known.base != entry.base, row.owner == nil { setChanged(&entry, record.kind) }
        try scratch.set(entry, record.kind, record.key)
    }

    private mutating func begin(
        _ record: SourceRecord,
        at base: BaseID,
        known: MirrorEntry?,
        using generator: inout RandomNumbers
    ) -> Scratch.Entry {
        let id = record.kind == .base ? SubjectID(base) : known?.id ?? SubjectID.random(using: &generator)
        let isNew = known?.isPresent != true
        if isNew {
            report.entities[record.kind, default: ImportReport.Counts()].new += 1
        } else {
            report.entities[record.kind, default: ImportReport.Counts()].unchanged += 1
        }
        if record.kind == .pupil && known == nil { strangers += 1 }
        return Scratch.Entry(
            id: id,
            base: base,
            isNew: isNew,
            isChanged: false,
            isParked: false,
            file: number(of: record.origin.file),
            line: UInt32(record.origin.line),
            groups: [:]
        )
    }

    private mutating func setChanged(_ entry: inout Scratch.Entry, _ kind: EntityKind) {
        guard !entry.isNew, !entry.isChanged else { return }
        entry.isChanged = true
        report.entities[kind, default: ImportReport.Counts()].unchanged -= 1
        report.entities[kind, default: ImportReport.Counts()].changed += 1
    }

    /// Identical rows: the first is kept, told once.
    ///
    /// Differing ones: all are parked (rulings 36).
    private mutating func takeDuplicate(
        _ record: SourceRecord,
        _ entry: inout Scratch.Entry,
        groups: [DataGroup],
        same: Bool
    ) throws {
        if same {
            let reason = "says the same as line \(entry.line): the first row was taken, this one left out"
            report.note(
                RowIssue(
                    file: record.origin.file,
                    line: record.origin.line,
                    field: "",
                    reason: reason,
                    effect: .noted,
                    kind: record.kind
                )
            )
            return
        }
        let reason = "has the same key as another row but says something else: correct the export so that one is left"
        let first = groups.compactMap { entry.groups[$0] }.first { !$0.isParked }
        if let first {
            let file = fileNames[Int(entry.file)]
            park(record.kind, file: file, line: Int(first.line), field: "", reason)
        }
        park(record, field: "", reason)
        for group in groups where entry.groups[group] != nil { entry.groups[group]?.isParked = true }
        if entry.groups.values.allSatisfy(\.isParked), !entry.isParked { uncount(&entry, record.kind) }
        try scratch.set(entry, record.kind, record.key)
    }

    /// A parked row leaves what is known as it was: it is in the files, so it is not gone.
    private mutating func keepGroups(
        of record: SourceRecord,
        using generator: inout RandomNumbers
    ) throws {
        guard let known = try store.entity(source, record.kind, key: record.key) else { return }
        var entry =
            try scratch.entry(record.kind, record.key)
            ?? Scratch.Entry(
                id: known.id,
                base: known.base,
                isNew: false,
                isChanged: false,
                isParked: true,
                file: number(of: record.origin.file),
                line: UInt32(record.origin.line),
                groups: [:]
            )
        for content in record.groups where entry.groups[content.group] == nil {
            entry.groups[content.group] = Scratch.GroupState(
                hash: hash.of(content),
                line: UInt32(record.origin.line),
                isParked: true
            )
        }
        try scratch.set(entry, record.kind, record.key)
    }

    private mutating func uncount(_ entry: inout Scratch.Entry, _ kind: EntityKind) {
        entry.isParked = true
        var counts = report.entities[kind, default: ImportReport.Counts()]
        if entry.isNew {
            counts.new -= 1
        } else if entry.isChanged {
            counts.changed -= 1
        } else {
            counts.unchanged -= 1
        }
        report.entities[kind] = counts
    }

    /// Counts what the MIS says that it deleted; a deletion of what its own file still tells is parked.
    private mutating func takeDeletion(_ deletion: Deletion) throws {
        guard let known = try store.entity(source, deletion.kind, key: deletion.key), known.isPresent else { return }
        let told = try scratch.entry(deletion.kind, deletion.key)
        guard !deletion.contradicts(told) else {
            let reason = "deletes what another file of the set still tells: correct the export so that one is left"
            park(deletion.kind, file: deletion.origin.file, line: deletion.origin.line, field: "key", reason)
            return
        }
        if deletion.groups.isEmpty {
            report.entities[deletion.kind, default: ImportReport.Counts()].gone += 1
            // It is accounted for: a full export that lacks it must not tell it as gone a second time.
            let entry = Scratch.Entry(
                id: known.id,
                base: known.base,
                isNew: false,
                isChanged: false,
                isParked: true,
                isDeleted: true,
                file: number(of: deletion.origin.file),
                line: UInt32(deletion.origin.line),
                groups: [:]
            )
            try scratch.set(entry, deletion.kind, deletion.key)
        } else if deletion.groups.contains(where: { known.groups[$0] != nil }) {
            guard var entry = told else {
                report.entities[deletion.kind, default: ImportReport.Counts()].changed += 1
                return
            }
            setChanged(&entry, deletion.kind)
            try scratch.set(entry, deletion.kind, deletion.key)
        }
    }

    private mutating func park(_ record: SourceRecord, field: String, _ reason: String) {
        park(record.kind, file: record.origin.file, line: record.origin.line, field: field, reason)
    }

    private mutating func park(_ kind: EntityKind, file: String, line: Int, field: String, _ reason: String) {
        report.note(RowIssue(file: file, line: line, field: field, reason: reason, effect: .parked, kind: kind))
    }

    private mutating func number(of file: String) -> UInt16 {
        if let number = fileNumbers[file] { return number }
        let number = UInt16(fileNames.count)
        fileNames.append(file)
        fileNumbers[file] = number
        return number
    }

    /// Counts what the source had and the files do not, kind by kind, and holds what looks like a torn export.
    private mutating func findMissing() throws {
        let removals = RemovalGuard(allowedPerKind: request.allowedRemovals)
        for (kind, groups) in files.coverage.groups.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard Self.canBeGone(kind) else { continue }
            var present = 0
            var gone = 0
            try store.forEachEntity(source, kind) { known in
                guard known.isPresent, bases.seen.contains(known.base), bases.includes(known.base) else { return }
                present += 1
                guard var entry = try scratch.entry(kind, known.key) else {
                    gone += 1
                    return
                }
                let cleared = groups.contains { known.groups[$0] != nil && entry.groups[$0] == nil }
                if cleared, !entry.isParked {
                    setChanged(&entry, kind)
                    try scratch.set(entry, kind, known.key)
                }
            }
            if kind == .pupil { missingPupils = gone }
            let held = removals.holds(gone: gone, of: present)
            report.entities[kind, default: ImportReport.Counts()].gone += held ? 0 : gone
            report.entities[kind, default: ImportReport.Counts()].held = held ? gone : 0
        }
    }

    /// Marks and sessions come for a window of time: one that is not told is not gone.
    static func canBeGone(_ kind: EntityKind) -> Bool {
        kind != .mark && kind != .session
    }

    private func requireKnownBases() throws {
        guard let first = bases.unknown.first else { return }
        let keys = bases.unknown.prefix(5).map(\.key).joined(separator: ", ")
        let more = bases.unknown.count > 5 ? " and \(bases.unknown.count - 5) more" : ""
        throw ImportError(
            .unknownBase,
            "no base is registered for school \(keys)\(more) (first in \(first.origin.file), line "
                + "\(first.origin.line)): register it with `syncd base add`, or import with --register"
        )
    }

    /// A second set of files whose schools are disjoint from the first needs a source of its own (rulings 2).
    private func requireSameSchools() throws {
        guard isKnownSource, request.source == nil else { return }
        let known = try store.bases(of: source)
        guard !known.isEmpty, !bases.seen.isEmpty, known.isDisjoint(with: bases.seen) else { return }
        throw ImportError(
            .sourceNeeded,
            "none of the schools in these files is one that source \(report.source) has told of: "
                + "name the MIS database that they come from with --source NAME"
        )
    }

    private func requireNoMixUp() throws {
        guard isKnownSource else { return }
        let counts = report.entities[.pupil] ?? ImportReport.Counts()
        let inFile = counts.new + counts.changed + counts.unchanged
        let present = counts.changed + counts.unchanged + missingPupils
        let missing = request.mode == .full ? missingPupils : nil
        guard MixUp.isLikely(inFile: inFile, strangers: strangers, present: present, missing: missing),
            strangers > request.allowedStrangers ?? 0
        else { return }
        throw ImportError(
            .mixUp,
            "\(strangers) of the \(inFile) pupils in these files are strangers to source \(report.source): this looks "
                + "like another school's export. Check the folder and --source; if it is right, repeat with "
                + "--allow-strangers \(strangers)"
        )
    }
}

/// A hashing context that a value type can hold.
final class SHA256Box {
    private var hash = SHA256()

    func of(_ content: GroupContent) -> ContentHash { ContentHash(of: content, using: &hash) }

    func update(_ record: SourceRecord) {
        let head = "\(record.kind.rawValue)\u{1F}\(record.key)\u{1F}\(record.base ?? "")\u{1E}"
        Array(head.utf8).withUnsafeBytes { hash.update($0) }
        for content in record.groups { content.canonicalBytes.withUnsafeBytes { hash.update($0) } }
    }

    func finish() -> [UInt8] { hash.finish().bytes }
}
