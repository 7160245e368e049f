import EventLog
import Identifiers
import Projections
import School
import Sealing

/// The first reading of the files: checks everything, counts everything, and decides whether to go on.
///
/// It appends nothing. What it counts follows from what stands in the scratch when all has been read.
struct Survey {
    let request: ImportRequest
    let files: any RecordSource
    let store: any ImportStore
    let source: SourceID
    let isKnownSource: Bool
    let scratch: Scratch
    /// The day on which registrations are judged.
    let day: CalendarDate
    /// The most bytes that one data group may have.
    let partBytesMax: Int

    var hash = SHA256Box()
    private(set) var digest = SHA256Box()
    var bases: BaseBook
    var report: ImportReport
    private var fileNumbers: [String: UInt16] = [:]
    private(set) var fileNames: [String] = []
    /// Those of the run itself: what waited since another run has the name of that one's file.
    private(set) var readFiles: [String] = []
    /// Marks that waited for an entry date, and come in with this run.
    var released: [ReleasedMark] = []
    /// Kinds and groups of which a row could not be read so far as to tell whom it is about.
    var unread: [EntityKind: Set<DataGroup>] = [:]
    /// Rows and values that stay data issues until they are mended.
    private(set) var dataIssues = DataIssueList()
    /// What the MIS says that it deleted, by kind.
    var deletions: [EntityKind: Int] = [:]
    /// Pupils of whom the MIS deleted data groups, by their keys.
    var groupDeletions: Set<String> = []
    /// Numbers that pupils have given up.
    var traces = IdentityTraces()
    /// Deletions of what the source has never told of, by the row that told them.
    var deletesUnknown: [Scratch.Place: Deletion] = [:]
    /// Rows that told a deletion of something known.
    var deletesKnown: Set<Scratch.Place> = []
    /// A row follows its owner to another base: that is appended, and counted nowhere.
    var followsOwner = false
    /// How rows are told at a glance; nil where that cannot be.
    var glance: Glance?

    init(
        request: ImportRequest,
        files: any RecordSource,
        store: any ImportStore,
        source: SourceID,
        isKnownSource: Bool,
        scratch: Scratch,
        day: CalendarDate,
        partBytesMax: Int,
        report: ImportReport
    ) throws {
        self.request = request
        self.files = files
        self.store = store
        self.source = source
        self.isKnownSource = isKnownSource
        self.scratch = scratch
        self.day = day
        self.partBytesMax = partBytesMax
        self.report = report
        bases = try BaseBook(
            store: store,
            registers: request.registersBases,
            only: request.base,
            declared: files.coverage.bases
        )
        for kind in files.coverage.groups.keys { self.report.entities[kind] = ImportReport.Counts() }
        if request.base == nil, let mirror = store.mirror { glance = Glance(mirror: mirror, of: self) }
    }

    /// What the content of the files comes to, for knowing the same files again.
    mutating func contentDigest() -> [UInt8] { digest.finish() }

    /// Reads everything.
    ///
    /// - Throws: `unknownBase`, `mixUp`, `sourceNeeded`, or the format's refusal of the set.
    mutating func run(using generator: inout RandomNumbers) throws {
        var numbers = generator
        var survey = self
        try ReadAhead.read(files) { batch in
            try batch.forEach { record, line, layout in
                try survey.isSeen(record, line: line, layout, using: &numbers)
            } item: { item in
                try survey.take(item, using: &numbers)
            }
        }
        self = survey
        glance = nil
        readFiles = fileNames
        try releaseMarks(using: &generator)
        try bases.requireKnown()
        try bases.requireLimit()
        try requireSameSchools()
        try requireNoMixUp()
        noteUnknownDeletions()
        try count()
    }

    private mutating func take(_ item: SourceItem, using generator: inout RandomNumbers) throws {
        switch item {
        case .record(let record): try take(record, using: &generator)
        case .issue(let issue): try takeIssue(issue)
        case .deletion(let kind, let key, let groups, let origin):
            try takeDeletion(Deletion(kind: kind, key: key, groups: groups, origin: origin))
        case .departure(let kind, let key, let departure, let origin):
            try takeDeletion(Deletion(kind: kind, key: key, groups: [], origin: origin, departure: departure))
        }
    }

    private mutating func take(_ record: SourceRecord, using generator: inout RandomNumbers) throws {
        var base: BaseID?
        if let key = RowResolver.baseKey(of: record) {
            switch try bases.find(key, at: record.origin, using: &generator) {
            case .base(let id): base = id
            case .leftOut: return try leaveOut(record)
            case .unknown: return
            }
        }
        digest.update(record)
        do {
            let row = try resolver.resolve(record, base: base, bases: bases)
            guard record.isPart || bases.includes(row.base) else { return try leaveOut(record) }
            if let tooLarge = EventComposer.tooLarge(record, partBytesMax: partBytesMax) {
                try hold(record, base: base, RowResolver.Fault(field: "", reason: tooLarge, rule: .tooLarge))
            } else if let early = try faultBeforeEntry(row) {
                try hold(record, base: base, early)
            } else {
                try place(row, using: &generator)
            }
        } catch let refusal as RowResolver.Refusal {
            switch refusal {
            case .leftOut: try leaveOut(record)
            case .parked(let fault): try hold(record, base: base, fault)
            }
        }
    }

    /// Finds out what rows are about.
    var resolver: RowResolver {
        RowResolver(
            store: store,
            source: source,
            mode: request.mode,
            coverage: files.coverage,
            scratch: scratch,
            files: fileNames
        )
    }

    /// A thing of a school that the run is not about: what points at it is left out with it.
    private mutating func leaveOut(_ record: SourceRecord) throws {
        guard !record.isPart, record.kind != .registration, try scratch.entry(record.kind, record.key) == nil else {
            return
        }
        let known = try store.entity(source, record.kind, key: record.key)
        let entry = self.entry(record.kind, known, at: place(of: record.origin), flags: .isLeftOut)
        try scratch.set(entry, record.key)
    }

    /// An entity of which the files say something, before its own row.
    func entry(
        _ kind: EntityKind,
        _ known: MirrorEntry?,
        at place: Scratch.Place,
        flags: Scratch.Flags
    ) -> Scratch.Entry {
        var flags = flags
        if let known { flags.formUnion(known.isPresent ? [.isKnown, .isPresent] : .isKnown) }
        return Scratch.Entry(kind: kind, id: known?.id ?? .zero, base: known?.base ?? .zero, flags: flags, place: place)
    }

    /// Tells an issue, and keeps it when it is one that lasts.
    mutating func note(_ issue: RowIssue) {
        report.note(issue)
        guard issue.isDataIssue, request.base == nil || issue.base == nil || issue.base == request.base else { return }
        dataIssues.add(issue)
    }

    mutating func place(of origin: SourceRecord.Origin) -> Scratch.Place {
        Scratch.Place(file: number(of: origin.file), line: UInt32(origin.line))
    }

    mutating func number(of file: String) -> UInt16 {
        if let number = fileNumbers[file] { return number }
        let number = UInt16(fileNames.count)
        fileNames.append(file)
        fileNumbers[file] = number
        return number
    }
}

/// A hashing context that a value type can hold.
final class SHA256Box {
    private var hash = SHA256()
    /// What has not been hashed yet: many small pieces cost more than their bytes.
    private var waiting: [UInt8] = []
    private static let waitingMax = 32 << 10

    func of(_ content: GroupContent) -> ContentHash { ContentHash(of: content, using: &hash) }

    func of(_ canonicalBytes: UnsafeRawBufferPointer) -> ContentHash {
        ContentHash(of: canonicalBytes, using: &hash)
    }

    func update(_ record: SourceRecord) {
        let head = "\(record.kind.rawValue)\u{1F}\(record.key)\u{1F}\(record.base ?? "")\u{1E}"
        waiting.append(contentsOf: head.utf8)
        for content in record.groups { waiting.append(contentsOf: content.canonicalBytes) }
        if waiting.count >= Self.waitingMax { flush() }
    }

    /// A record that is packed: the same bytes as of the record as such.
    func update(_ record: PackedBytes, kind: [UInt8]) {
        waiting.append(contentsOf: kind)
        waiting.append(0x1F)
        waiting.append(contentsOf: record.key)
        waiting.append(0x1F)
        waiting.append(contentsOf: record.base)
        waiting.append(0x1E)
        waiting.append(contentsOf: record.content)
        if waiting.count >= Self.waitingMax { flush() }
    }

    func finish() -> [UInt8] {
        flush()
        return hash.finish().bytes
    }

    private func flush() {
        waiting.withUnsafeBytes { hash.update($0) }
        waiting.removeAll(keepingCapacity: true)
    }
}
