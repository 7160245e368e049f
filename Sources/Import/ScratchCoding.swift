import Identifiers
import School

/// The bytes of an entry: fixed fields and the number of groups, then 26 bytes a group, then 60 a registration.
enum ScratchCoding {
    private static let (headBytes, groupBytes, registrationBytes) = (43, 26, 60)

    static func encode(_ entry: Scratch.Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headBytes + entry.groups.count * groupBytes)
        bytes.append(entry.kind.rawValue)
        bytes += entry.id.bytes
        bytes += entry.base.bytes
        append(entry.flags.rawValue, to: &bytes)
        append(entry.place, to: &bytes)
        append(UInt16(entry.groups.count), to: &bytes)
        for (group, state) in entry.groups {
            append(group.rawValue, to: &bytes)
            bytes.append(state.saying.rawValue)
            bytes.append(state.differs ? 1 : 0)
            append(state.place, to: &bytes)
            append(state.hash, to: &bytes)
        }
        for state in entry.registrations {
            bytes += state.base.bytes
            bytes += state.id.bytes
            bytes.append(state.saying.rawValue)
            bytes.append((state.isActive ? 1 : 0) | (state.hasLeft ? 2 : 0))
            append(state.place, to: &bytes)
            append(state.hash, to: &bytes)
            append(state.entry?.dayNumber ?? .min, to: &bytes)
        }
        return bytes
    }

    /// What stands at the front of an entry's bytes.
    static func sight(_ bytes: UnsafeRawBufferPointer) -> Scratch.Sight? {
        guard bytes.count >= headBytes else { return nil }
        return Scratch.Sight(
            id: SubjectID(reading: UnsafeRawBufferPointer(rebasing: bytes[1...])),
            base: BaseID(reading: UnsafeRawBufferPointer(rebasing: bytes[17...])),
            flags: Scratch.Flags(rawValue: number(bytes, 33)),
            place: place(bytes, 35)
        )
    }

    static func decode(_ bytes: UnsafeRawBufferPointer) -> Scratch.Entry? {
        guard bytes.count >= headBytes, let kind = EntityKind(rawValue: bytes[0]) else { return nil }
        var entry = Scratch.Entry(
            kind: kind,
            id: SubjectID(reading: UnsafeRawBufferPointer(rebasing: bytes[1...])),
            base: BaseID(reading: UnsafeRawBufferPointer(rebasing: bytes[17...])),
            flags: Scratch.Flags(rawValue: number(bytes, 33)),
            place: place(bytes, 35)
        )
        var offset = headBytes
        for _ in 0..<number(bytes, 41, as: UInt16.self) where offset + groupBytes <= bytes.count {
            if let group = DataGroup(rawValue: number(bytes, offset)),
                let saying = Scratch.GroupState.Saying(rawValue: bytes[offset + 2])
            {
                entry.groups[group] = Scratch.GroupState(
                    saying: saying,
                    hash: hash(bytes, offset + 10),
                    differs: bytes[offset + 3] != 0,
                    place: place(bytes, offset + 4)
                )
            }
            offset += groupBytes
        }
        while offset + registrationBytes <= bytes.count {
            if let saying = Scratch.RegistrationState.Saying(rawValue: bytes[offset + 32]) {
                entry.registrations.append(
                    Scratch.RegistrationState(
                        base: BaseID(reading: UnsafeRawBufferPointer(rebasing: bytes[offset...])),
                        id: SubjectID(reading: UnsafeRawBufferPointer(rebasing: bytes[(offset + 16)...])),
                        saying: saying,
                        isActive: bytes[offset + 33] & 1 != 0,
                        hasLeft: bytes[offset + 33] & 2 != 0,
                        entry: CalendarDate(dayNumber: number(bytes, offset + 56)),
                        hash: hash(bytes, offset + 40),
                        place: place(bytes, offset + 34)
                    )
                )
            }
            offset += registrationBytes
        }
        return entry
    }

    private static func number<Number: FixedWidthInteger>(
        _ bytes: UnsafeRawBufferPointer,
        _ offset: Int,
        as type: Number.Type = Number.self
    ) -> Number {
        Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    private static func place(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Scratch.Place {
        Scratch.Place(file: number(bytes, offset), line: number(bytes, offset + 2))
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> ContentHash {
        ContentHash(high: number(bytes, offset), low: number(bytes, offset + 8))
    }

    private static func append(_ place: Scratch.Place, to bytes: inout [UInt8]) {
        append(place.file, to: &bytes)
        append(place.line, to: &bytes)
    }

    private static func append(_ hash: ContentHash, to bytes: inout [UInt8]) {
        append(hash.high, to: &bytes)
        append(hash.low, to: &bytes)
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
