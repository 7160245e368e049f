import Identifiers
import Projections
import School

/// Entities whose rows say one of two plain things, and nothing else: that all is as it is known, or that they are new.
/// Those are most of a large export.
///
/// ```
/// id 16, base 16; for a pupil also the lines on which its groups are told, 4 for each group number up to 8, and whether
/// the registration is active 4 and its entry date 4, then 4 unused; for a new entity also the hash of its content 16, for a pupil one for each such number
/// ```
extension Scratch {
    /// One more than the highest number of a group of pupils that is told by a file of its own.
    static let parts = 9

    private enum Offset {
        static let id = Scratch.headBytes
        static let base = id + 16
        static let hash = base + 16
        static let lines = base + 16
        static let active = lines + Scratch.parts * 4
        static let entry = active + 4
        static let hashes = entry + 8
    }

    /// A plain record.
    struct Plain {
        var offset: Int
        var kind: EntityKind
        /// Nobody has told of it before.
        var isNew: Bool
        var id: SubjectID
        var base: BaseID
        /// File and line of its own row.
        var place: Place

        /// What is true of it.
        var flags: Flags { isNew ? .hasRow : [.isKnown, .isPresent, .hasRow] }
    }

    /// The plain record at an offset; nil when another lies there.
    func plain(at offset: Int) -> Plain? {
        let memory = records.bytes
        let form = memory[offset + 16]
        guard form == Form.plain.rawValue || form == Form.new.rawValue,
            let kind = EntityKind(rawValue: memory[offset + 17])
        else { return nil }
        return Plain(
            offset: offset,
            kind: kind,
            isNew: form == Form.new.rawValue,
            id: SubjectID(reading: UnsafeRawBufferPointer(rebasing: memory[(offset + Offset.id)...])),
            base: BaseID(reading: UnsafeRawBufferPointer(rebasing: memory[(offset + Offset.base)...])),
            place: Place(
                file: memory.load(fromByteOffset: offset + 18, as: UInt16.self),
                line: memory.load(fromByteOffset: offset + 20, as: UInt32.self)
            )
        )
    }

    /// Adds an entity of which the files have not told.
    ///
    /// - Parameter hash: of its content, for one that is new.
    func addPlain(
        _ digest: Digest,
        _ kind: EntityKind,
        _ id: SubjectID,
        _ base: BaseID,
        _ place: Place,
        new hash: ContentHash? = nil
    ) throws {
        let isPupil = kind == .pupil
        var bytes = (isPupil ? Offset.hashes : Offset.hash) - Self.headBytes
        if hash != nil { bytes += isPupil ? Self.parts * 16 : 16 }
        let offset = try make(digest, hash == nil ? .plain : .new, kind, place: place, bytes: bytes)
        let memory = records.bytes
        id.write(into: UnsafeMutableRawBufferPointer(rebasing: memory[(offset + Offset.id)...]))
        base.write(into: UnsafeMutableRawBufferPointer(rebasing: memory[(offset + Offset.base)...]))
        if let hash { set(hash, at: offset + (isPupil ? Offset.hashes + 16 : Offset.hash)) }
        try insert(digest, offset)
        if hash == nil { plainCounts[Int(kind.rawValue)] += 1 } else { newCounts[Int(kind.rawValue)] += 1 }
    }

    /// The line on which a group of a plain pupil is told; 0 for none.
    func line(of group: DataGroup, _ plain: Plain) -> UInt32 {
        guard plain.kind == .pupil, Int(group.rawValue) < Self.parts else { return 0 }
        return number(plain.offset + Offset.lines + Int(group.rawValue) * 4)
    }

    /// Notes the line on which a group of a plain pupil is told.
    ///
    /// - Parameters:
    ///   - hash: of its content, for a pupil who is new.
    ///   - isActive: the group is the registration, and active.
    ///   - entry: the first day on the register that it tells.
    func set(
        line: UInt32,
        of group: DataGroup,
        _ plain: Plain,
        new hash: ContentHash? = nil,
        isActive: Bool = false,
        entry: CalendarDate? = nil
    ) {
        let number = Int(group.rawValue)
        records.bytes.storeBytes(of: line, toByteOffset: plain.offset + Offset.lines + number * 4, as: UInt32.self)
        if let hash { set(hash, at: plain.offset + Offset.hashes + number * 16) }
        if isActive { records.bytes.storeBytes(of: 1, toByteOffset: plain.offset + Offset.active, as: UInt32.self) }
        if let entry {
            // None of them is 0.
            let day = entry - .earliest + 1
            records.bytes.storeBytes(of: UInt32(day), toByteOffset: plain.offset + Offset.entry, as: UInt32.self)
        }
        forgetEntryDays()
    }

    /// The first day on the register that the registration of a plain pupil who is new told; nil for none.
    func newEntryDay(_ plain: Plain) -> CalendarDate? {
        let day = number(plain.offset + Offset.entry)
        return day == 0 ? nil : CalendarDate.earliest.adding(days: Int(day) - 1)
    }

    /// True when the registration of a plain pupil who is new was active.
    func isActive(_ plain: Plain) -> Bool { number(plain.offset + Offset.active) != 0 }

    /// The hash of a group's content, of something new.
    func hash(of group: DataGroup, _ plain: Plain) -> ContentHash {
        let place = plain.offset + (plain.kind == .pupil ? Offset.hashes + Int(group.rawValue) * 16 : Offset.hash)
        return ContentHash(
            high: records.bytes.load(fromByteOffset: place, as: UInt64.self),
            low: records.bytes.load(fromByteOffset: place + 8, as: UInt64.self)
        )
    }

    /// Puts the entry that a plain record stands for in its place.
    func promote(_ plain: Plain, _ entry: Entry) throws {
        try replace(plain.offset, plain.kind, entry.place, ScratchCoding.encode(entry))
    }

    private func set(_ hash: ContentHash, at place: Int) {
        records.bytes.storeBytes(of: hash.high, toByteOffset: place, as: UInt64.self)
        records.bytes.storeBytes(of: hash.low, toByteOffset: place + 8, as: UInt64.self)
    }

    /// The entry that a plain record stands for, as the long way would have made it.
    func restored(_ plain: Plain, _ store: any ImportStore, _ day: CalendarDate) throws -> Entry {
        var entry = Entry(kind: plain.kind, id: plain.id, base: plain.base, flags: plain.flags, place: plain.place)
        let known = plain.isNew ? [:] : try store.entity(plain.id)?.groups ?? [:]
        func hash(_ group: DataGroup) -> ContentHash {
            plain.isNew ? self.hash(of: group, plain) : known[group] ?? ContentHash(high: 0, low: 0)
        }
        func told(_ group: DataGroup, at place: Place) {
            entry.groups[group] = GroupState(saying: .told, hash: hash(group), differs: plain.isNew, place: place)
        }
        told(plain.kind.ownGroup, at: plain.place)
        guard plain.kind == .pupil else { return entry }
        for number in 1..<Self.parts {
            guard let group = DataGroup(rawValue: UInt16(number)), group != .registration else { continue }
            let line = line(of: group, plain)
            if line > 0 { told(group, at: Place(file: partFiles[number], line: line)) }
        }
        let line = line(of: .registration, plain)
        var state = RegistrationState(
            base: plain.base,
            id: drawnID(.registration, at: plain.base),
            saying: .claimed,
            place: plain.place
        )
        if line > 0 {
            let content = plain.isNew ? nil : try store.content(of: .registration, of: plain.id)
            state.saying = .told
            state.isActive = content.map { Registrations.isActive($0, on: day) } ?? isActive(plain)
            state.hasLeft = content.map { Registrations.hasLeft($0, on: day) } ?? false
            state.entry = content.map { MarkEntry.day(of: $0) } ?? newEntryDay(plain)
            state.hash = hash(.registration)
            state.place = Place(file: partFiles[Int(DataGroup.registration.rawValue)], line: line)
        }
        entry.set(state)
        return entry
    }
}
