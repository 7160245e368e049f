import EventLog
import Events
import Identifiers
import LMDB
import School

/// Which pupils of other sources are the school's own, and what was decided on data that they tell differently (ruling 6).
///
/// ```
/// matches          theirs 16 → ours 16, ground 1, position 8
/// matches.by-ours  ours 16, theirs 16 → (empty)
/// matches.parted   theirs 16, ours 16 → position 8: matched by nobody but a person again
/// matches.rules    base 16, group 2, field 2 (0 the whole group) → rule 1 (`InboundRule`)
/// matches.decided  theirs 16, ours 16, group 2, field 2 → outcome 1 (0 accepted, 1 discarded), told at 8, code of the value
/// ```
public struct Matches: Projection {
    /// Its name.
    public let name = "matches"
    /// Its version.
    public let version: UInt32 = 1
    /// Matches, rules, decisions; erasures take them along.
    public let types: [EventType] = [
        .pupilsMatched, .pupilsUnmatched, .inboundRuleSet, .conflictResolved, .subjectErased,
    ]
    /// Its tables.
    public let tables = [Self.links, Self.byOurs, Self.parted, Self.rules, Self.decided]

    static let links = TableDefinition("matches")
    static let byOurs = TableDefinition("matches.by-ours")
    static let parted = TableDefinition("matches.parted")
    static let rules = TableDefinition("matches.rules")
    static let decided = TableDefinition("matches.decided")

    /// Makes the projection.
    public init() {}

    /// Enters what an event says.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .pupilsMatched(let message):
            let theirs: SubjectID = try identifier(message.theirs)
            let ours: SubjectID = try identifier(message.ours)
            try part(theirs, &rows)
            var row = RowWriter()
            row.append(ours)
            row.append(UInt8(truncatingIfNeeded: message.ground.rawValue))
            row.append(event.position)
            rows.put(row.bytes, for: theirs.bytes, in: Self.links)
            rows.put([UInt8](), for: ours.bytes + theirs.bytes, in: Self.byOurs)
            rows.delete(theirs.bytes + ours.bytes, in: Self.parted)
        case .pupilsUnmatched(let message):
            let theirs: SubjectID = try identifier(message.theirs)
            let ours: SubjectID = try identifier(message.ours)
            try part(theirs, &rows)
            let position = withUnsafeBytes(of: event.position.rawValue.bigEndian) { [UInt8]($0) }
            rows.put(position, for: theirs.bytes + ours.bytes, in: Self.parted)
        case .inboundRuleSet(let message):
            let key = event.base.bytes + Self.item(message.group, message.field)
            rows.put([UInt8(truncatingIfNeeded: message.rule.rawValue)], for: key, in: Self.rules)
        case .conflictResolved(let message):
            var row = RowWriter()
            row.append(UInt8(message.outcome == .discarded ? 1 : 0))
            row.append(message.toldAt)
            row.append(raw: message.valueCode)
            let pair =
                try identifier(message.theirs, SubjectID.self).bytes + identifier(message.ours, SubjectID.self).bytes
            rows.put(row.bytes, for: pair + Self.item(message.group, message.field), in: Self.decided)
        case .subjectErased(let message) where message.erased.groups.isEmpty:
            try forget(identifier(message.erased.subject), &rows)
        default: break
        }
    }

    /// Takes a pupil's link out, if there is one.
    private func part(_ theirs: SubjectID, _ rows: inout Rows) throws {
        guard let row = try rows.value(for: theirs.bytes, in: Self.links) else { return }
        rows.delete(Array(row.prefix(16)) + theirs.bytes, in: Self.byOurs)
        rows.delete(theirs.bytes, in: Self.links)
    }

    private func forget(_ subject: SubjectID, _ rows: inout Rows) throws {
        for (key, _) in try rows.rows(prefix: subject.bytes, in: Self.byOurs) {
            let theirs = Array(key.suffix(16))
            rows.delete(key, in: Self.byOurs)
            rows.delete(theirs, in: Self.links)
            for (key, _) in try rows.rows(prefix: theirs + subject.bytes, in: Self.decided) {
                rows.delete(key, in: Self.decided)
            }
        }
        try part(subject, &rows)
        for table in [Self.parted, Self.decided] {
            for (key, _) in try rows.rows(prefix: subject.bytes, in: table) { rows.delete(key, in: table) }
        }
    }

    static func item(_ group: UInt32, _ field: UInt32) -> [UInt8] {
        Erasures.number(UInt16(truncatingIfNeeded: group)) + Erasures.number(UInt16(truncatingIfNeeded: field))
    }
}

/// A value of another source on which somebody, or a rule, has decided.
public struct DecidedValue: Sendable, Equatable {
    /// Where it was told.
    public var told: Position
    /// The value under its person's data key; empty when the event does not tell it.
    public var code: [UInt8]
    /// It became the school's; else the school's own stayed.
    public var isAccepted: Bool
}

/// A pupil of another source who is the school's own.
public struct LinkedPupils: Sendable, Equatable {
    /// The pupil of the other source.
    public var theirs: SubjectID
    /// The school's own.
    public var ours: SubjectID
    /// How they were found to be one.
    public var ground: MatchGround
    /// Where it was said.
    public var at: Position
}

extension Snapshot {
    /// Every match, in the order of the other source's pupils.
    public func links() throws -> [LinkedPupils] {
        var found: [LinkedPupils] = []
        try scan(Matches.links.name, prefix: [UInt8]()) { key, row in
            found.append(try Self.match(SubjectID(reading: key), [UInt8](row)))
            return true
        }
        return found
    }

    /// The match of another source's pupil; nil for none.
    public func link(of theirs: SubjectID) throws -> LinkedPupils? {
        try value(for: theirs.bytes, in: Matches.links.name).map { try Self.match(theirs, $0) }
    }

    /// The pupils of other sources who are matched with one of the school's own.
    public func linked(to ours: SubjectID) throws -> [SubjectID] {
        var found: [SubjectID] = []
        try scan(Matches.byOurs.name, prefix: ours.bytes) { key, _ in
            found.append(SubjectID(reading: UnsafeRawBufferPointer(rebasing: key[16...])))
            return true
        }
        return found
    }

    /// True when somebody has said that these two are not one.
    public func isParted(_ theirs: SubjectID, _ ours: SubjectID) throws -> Bool {
        try value(for: theirs.bytes + ours.bytes, in: Matches.parted.name) != nil
    }

    /// The rules of a base that were set, by data item.
    public func inboundRules(at base: BaseID) throws -> [InboundItem: InboundRule] {
        var found: [InboundItem: InboundRule] = [:]
        try scan(Matches.rules.name, prefix: base.bytes) { key, row in
            let group = DataGroup(rawValue: UInt16(bigEndian: key.loadUnaligned(fromByteOffset: 16, as: UInt16.self)))
            let field = Field(rawValue: UInt16(bigEndian: key.loadUnaligned(fromByteOffset: 18, as: UInt16.self)))
            if let group, let rule = InboundRule(rawValue: row[0]) { found[InboundItem(group, field)] = rule }
            return true
        }
        return found
    }

    /// Which value of another source somebody has decided on, of a data item; nil when nobody has.
    public func decided(_ item: InboundItem, of match: LinkedPupils) throws -> DecidedValue? {
        let pair = match.theirs.bytes + match.ours.bytes
        let key = pair + Matches.item(UInt32(item.group.rawValue), UInt32(item.field?.rawValue ?? 0))
        return try value(for: key, in: Matches.decided.name).map { row in
            var reader = RowReader(row, of: Matches.decided.name)
            let isAccepted = try reader.next(UInt8.self) == 0
            return DecidedValue(told: try reader.position(), code: reader.rest, isAccepted: isAccepted)
        }
    }

    private static func match(_ theirs: SubjectID, _ row: [UInt8]) throws -> LinkedPupils {
        var reader = RowReader(row, of: Matches.links.name)
        let ours: SubjectID = try reader.identifier()
        let ground = MatchGround(rawValue: try reader.next(UInt8.self)) ?? .person
        return LinkedPupils(theirs: theirs, ours: ours, ground: ground, at: try reader.position())
    }
}
