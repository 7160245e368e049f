import EventLog
import Identifiers
import LMDB
import School

extension Snapshot {
    /// Every order to erase, in the order of their ids.
    public func erasureOrders() throws -> [ErasureOrder] {
        var found: [ErasureOrder] = []
        try scan(Erasures.orders.name, prefix: [UInt8]()) { key, row in
            found.append(try ErasureOrder(OrderID(reading: key), [UInt8](row)))
            return true
        }
        return found
    }

    /// The people of an order, and how far each has come.
    public func subjects(of order: OrderID) throws -> [(subject: SubjectID, state: ErasureState)] {
        var found: [(SubjectID, ErasureState)] = []
        try scan(Erasures.byOrder.name, prefix: order.bytes) { key, row in
            let subject = SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[16...]))
            if let state = ErasureState(rawValue: row[0]) { found.append((subject, state)) }
            return true
        }
        return found
    }

    /// The orders of which a person is part, and how far each has come with the person.
    public func erasures(of subject: SubjectID) throws -> [(order: OrderID, state: ErasureState, at: Position)] {
        var found: [(OrderID, ErasureState, Position)] = []
        try scan(Erasures.subjects.name, prefix: subject.bytes) { key, row in
            let order = OrderID(reading: UnsafeRawBufferPointer(rebasing: key[16...]))
            let at = UInt64(bigEndian: row.loadUnaligned(fromByteOffset: 1, as: UInt64.self))
            if let state = ErasureState(rawValue: row[0]) { found.append((order, state, Position(at))) }
            return true
        }
        return found
    }

    /// The orders of which a person is part and that have not come to the person yet.
    public func ordersAhead(of subject: SubjectID) throws -> [ErasureOrder] {
        try erasures(of: subject).filter { $0.state != .erased }.compactMap { erasure in
            guard let row = try value(for: erasure.order.bytes, in: Erasures.orders.name) else { return nil }
            let order = try ErasureOrder(erasure.order, row)
            return order.isOpen ? order : nil
        }
    }

    /// Visits the people whose whole records were erased from a base after a position.
    public func erased(at base: BaseID, after lower: Position, _ visit: (SubjectID) throws -> Void) throws {
        var first = RowWriter()
        first.append(base)
        first.append(lower.next)
        try scan(Erasures.erased.name, prefix: base.bytes, from: first.bytes) { key, _ in
            try visit(SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[24...])))
            return true
        }
    }

    /// What keeps the erased of a source from coming back: the code of each, and the base under whose key it was made.
    public func suppressed(of source: SourceID) throws -> [[UInt8]: BaseID] {
        var found: [[UInt8]: BaseID] = [:]
        try scan(Erasures.suppressed.name, prefix: source.bytes) { key, row in
            found[[UInt8](key[16...])] = BaseID(reading: row)
            return true
        }
        return found
    }

    /// The data groups of people that are not taken in again.
    public func fencedGroups() throws -> [SubjectID: Set<UInt16>] {
        var found: [SubjectID: Set<UInt16>] = [:]
        try scan(Erasures.fenced.name, prefix: [UInt8]()) { key, _ in
            let group = UInt16(bigEndian: key.loadUnaligned(fromByteOffset: 16, as: UInt16.self))
            found[SubjectID(reading: key), default: []].insert(group)
            return true
        }
        return found
    }

    /// Where a person's data were put on hold; nil when they are not.
    public func hold(on subject: SubjectID) throws -> Position? {
        try value(for: subject.bytes, in: Erasures.holds.name).map { row in
            var reader = RowReader(row, of: Erasures.holds.name)
            return try reader.position()
        }
    }

    /// True when a base keeps its attendance register elsewhere.
    public func keepsRegisterElsewhere(_ base: BaseID) throws -> Bool {
        try value(for: base.bytes, in: Erasures.registers.name) != nil
    }

    /// The last change of keys that the log tells; nil while the first generation is in use.
    public func keysChanged() throws -> KeyMoment? {
        try value(for: Erasures.keysRow, in: Erasures.keys.name).map { try KeyMoment($0) }
    }

    /// The custodians' copies, by the places where they lie.
    public func keyCopies() throws -> [(place: SubjectID, copy: KeyMoment)] {
        var found: [(SubjectID, KeyMoment)] = []
        try scan(Erasures.copies.name, prefix: [UInt8]()) { key, row in
            found.append((SubjectID(reading: key), try KeyMoment([UInt8](row))))
            return true
        }
        return found
    }

    /// Who has been told of a person, and from which base.
    public func told(of subject: SubjectID) throws -> [(recipient: RecipientID, base: BaseID)] {
        var found: [(RecipientID, BaseID)] = []
        let recipients = try recipients().map(\.id)
        for base in try bases().map(\.id) {
            for recipient in recipients where try lastTold(of: subject, from: base, to: recipient) != nil {
                found.append((recipient, base))
            }
        }
        return found
    }

    /// The keys of contacts to which people of these have ever linked, and to which nobody else ever has.
    public func contactsLinked(onlyBy pupils: Set<SubjectID>) throws -> [(source: SourceID, key: String)] {
        var found: [[UInt8]: Bool] = [:]
        try scan(ContactLinks.links.name, prefix: [UInt8]()) { row, _ in
            let link = [UInt8](row[..<(row.count - 16)])
            let pupil = SubjectID(reading: UnsafeRawBufferPointer(rebasing: row[(row.count - 16)...]))
            if pupils.contains(pupil) {
                if found[link] == nil { found[link] = true }
            } else if found[link] != nil {
                found[link] = false
            } else {
                // A pupil who stays may come before one who goes.
                found[link] = false
            }
            return true
        }
        return found.filter(\.value).map { link, _ in
            (SourceID(bytes: link.prefix(16)) ?? .zero, String(decoding: link[16..<(link.count - 1)], as: UTF8.self))
        }
    }
}
