import Identifiers
import Projections
import School
import Sealing

/// Tells of packed records whether they say just what the mirror has, or all of something new, without making records
/// of them.
///
/// Only ever of what the long way would call so: it is known, present, at the base that the row names, with these bytes
/// as its group's content, or the source has never told of it; everything that it points at stands; no row before was
/// about it; nothing about it was held back. Of all else it says nothing, and the long way decides.
final class Glance {
    /// How a file's rows belong to their entity.
    private enum Form {
        /// Its own row.
        case own
        /// A group of a pupil who has a row elsewhere.
        case part
        /// A registration, which is the pupil's where the pupil is at home.
        case registration
    }

    /// What a glance showed.
    enum Answer {
        /// The long way has to decide.
        case unclear
        /// Noted, and done with.
        case noted
        /// Noted, and the base is one of those that rows are at.
        case notedAt(BaseID)
    }

    private let mirror: MirrorReader
    private let scratch: Scratch
    private let source: SourceID
    private let isKnownSource: Bool
    private let partBytesMax: Int
    /// The day on which registrations are judged.
    private let day: CalendarDate
    private var hash = SHA256()

    private var layout: PackedLayout?
    private var form = Form.own
    private var file: UInt16 = 0
    private var prefix: MirrorPrefix
    /// The kind's number as the digest of the files has it.
    private(set) var kindText: [UInt8] = []

    private var baseKey: [UInt8] = []
    private var base = BaseID.zero
    private var isBaseThere = false

    init(mirror: MirrorReader, of survey: Survey) {
        self.mirror = mirror
        scratch = survey.scratch
        source = survey.source
        isKnownSource = survey.isKnownSource
        partBytesMax = survey.partBytesMax
        day = survey.day
        prefix = MirrorPrefix(source, .pupil)
    }

    /// True when this layout was begun last.
    func isAt(_ layout: PackedLayout) -> Bool { self.layout?.file == layout.file }

    /// Begins with a file.
    ///
    /// - Parameter file: its number in the run.
    func begin(_ layout: PackedLayout, file: UInt16) {
        self.layout = layout
        self.file = file
        form = layout.isPart ? .part : layout.kind == .registration ? .registration : .own
        prefix = MirrorPrefix(source, layout.kind)
        kindText = Array("\(layout.kind.rawValue)".utf8)
        if form != .own, Int(layout.group.rawValue) < Scratch.parts {
            scratch.partFiles[Int(layout.group.rawValue)] = file
        }
    }

    /// True when this base was set last.
    func isAt(base key: UnsafeRawBufferPointer) -> Bool { baseKey.count == key.count && key.elementsEqual(baseKey) }

    /// Sets the base that the next rows name.
    ///
    /// - Parameter isThere: a row may point at it.
    func set(_ base: BaseID, _ key: UnsafeRawBufferPointer, isThere: Bool) {
        self.base = base
        baseKey = Array(key)
        isBaseThere = isThere
    }

    /// Looks at a record whose base, if it names one, has been set, and notes it in the scratch if it can.
    func look(_ record: PackedBytes, line: Int, using generator: inout RandomNumbers) throws -> Answer {
        guard let layout, layout.kind != .base, record.content.count * 3 + record.key.count + 128 <= partBytesMax else {
            return .unclear
        }
        let namesBase = !record.base.isEmpty
        var found: BaseID? = namesBase ? base : nil
        var pupil: Scratch.Plain?
        var pupilPlace: Int?
        let isWhole = record.references { number, key in
            let kind = layout.references[number].kind
            if kind == .base { return isBaseThere && isAt(base: key) }
            guard let offset = scratch.find(scratch.digest(kind, key)), let sight = scratch.sight(at: offset),
                sight.stands
            else { return false }
            if !namesBase, found == nil || kind == .class { found = sight.base }
            if kind == .pupil {
                pupil = scratch.plain(at: offset)
                pupilPlace = offset
            }
            return true
        }
        guard isWhole, let found else { return .unclear }
        if form == .own { return try lookAtOwn(record, layout, at: found, line, of: pupilPlace, &generator) }
        // A part of somebody who is looked at the long way goes there, too.
        guard let pupil, pupil.base == found, Int(layout.group.rawValue) < Scratch.parts,
            scratch.line(of: layout.group, pupil) == 0
        else { return .unclear }
        if pupil.isNew {
            var isActive = false
            var entry: CalendarDate?
            if form == .registration {
                guard let content = GroupContent(canonicalBytes: record.content) else { return .unclear }
                isActive = Registrations.isActive(content, on: day)
                entry = MarkEntry.day(of: content)
            }
            let hash = ContentHash(of: record.content, using: &hash)
            scratch.set(line: UInt32(line), of: layout.group, pupil, new: hash, isActive: isActive, entry: entry)
        } else {
            guard try mirror.holds(record.content, layout.group, of: pupil.id) else { return .unclear }
            scratch.set(line: UInt32(line), of: layout.group, pupil)
        }
        return form == .part ? .noted : .notedAt(found)
    }

    private func lookAtOwn(
        _ record: PackedBytes,
        _ layout: PackedLayout,
        at base: BaseID,
        _ line: Int,
        of pupil: Int?,
        _ generator: inout RandomNumbers
    ) throws -> Answer {
        let digest = scratch.digest(layout.kind, record.key)
        guard scratch.find(digest) == nil, prefix.set(record.key) else { return .unclear }
        let origin = Scratch.Place(file: file, line: UInt32(line))
        switch isKnownSource ? try mirror.place(of: prefix.bytes) : .none {
        case .unclear: return .unclear
        case .present(let place):
            guard place.base == base, try mirror.holds(record.content, layout.group, of: place.id) else {
                return .unclear
            }
            try scratch.addPlain(digest, layout.kind, place.id, base, origin)
        case .none:
            // A mark of before the entry may have to wait.
            if layout.kind == .mark, try !scratch.isSinceEntry(record.key, of: pupil, at: base) { return .unclear }
            let id = SubjectID.drawn(layout.kind, at: base, using: &generator)
            let hash = ContentHash(of: record.content, using: &hash)
            try scratch.addPlain(digest, layout.kind, id, base, origin, new: hash)
        }
        return .notedAt(base)
    }
}

extension Survey {
    /// Looks at a packed record.
    ///
    /// - Returns: true when it is done with.
    mutating func isSeen(
        _ record: PackedBytes,
        line: Int,
        _ layout: PackedLayout,
        using generator: inout RandomNumbers
    ) throws -> Bool {
        guard let glance else { return false }
        if !glance.isAt(layout) { glance.begin(layout, file: number(of: layout.file)) }
        if !record.base.isEmpty, !glance.isAt(base: record.base) {
            let key = String(decoding: record.base, as: UTF8.self)
            let origin = SourceRecord.Origin(file: layout.file, line: line)
            guard case .base(let id) = try bases.find(key, at: origin, using: &generator) else { return false }
            let isThere = try scratch.sight(.base, key)?.stands == true || bases.isRegistered(key)
            glance.set(id, record.base, isThere: isThere)
        }
        switch try glance.look(record, line: line, using: &generator) {
        case .unclear: return false
        case .noted: break
        case .notedAt(let base): bases.need(base)
        }
        digest.update(record, kind: glance.kindText)
        return true
    }
}
