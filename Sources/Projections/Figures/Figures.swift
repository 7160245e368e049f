import EventLog
import Events
import Identifiers
import School

/// Figures that stay of people who were erased, and where they are to stay (docs/decisions/0170).
///
/// ```
/// kept-figures   base 16, id 16 → position 8, AttendanceFigures (protobuf)
/// figures-rules  base 16, group 2 (0 for the whole record) → position 8
/// ```
/// The id was drawn for the figures alone; nothing leads from them to anybody.
public struct Figures: Projection {
    /// Its name.
    public let name = "kept-figures"
    /// Its version.
    public let version: UInt32 = 1
    /// Figures, and the rules that keep them.
    public let types: [EventType] = [.figuresKept, .retentionRuleSet, .retentionRuleRemoved]
    /// Its tables.
    public let tables = [Self.kept, Self.rules]

    static let kept = TableDefinition("kept-figures")
    static let rules = TableDefinition("figures-rules")

    /// Makes the projection.
    public init() {}

    /// Enters figures, or what a rule says of them.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .figuresKept:
            guard let part = event.recorded.parts.first, let id = part.subject, let bytes = part.plaintext else {
                return
            }
            var row = RowWriter()
            row.append(event.position)
            row.append(raw: bytes)
            rows.put(row.bytes, for: event.base.bytes + id.bytes, in: Self.kept)
        case .retentionRuleSet(let message):
            let key = Retention.key(event.base, message.group)
            guard message.action == .anonymise else { return rows.delete(key, in: Self.rules) }
            var row = RowWriter()
            row.append(event.position)
            rows.put(row.bytes, for: key, in: Self.rules)
        case .retentionRuleRemoved(let message):
            rows.delete(Retention.key(event.base, message.group), in: Self.rules)
        default: break
        }
    }
}

extension Snapshot {
    /// The figures that stay of people erased at a school: one list for each of them, in no order that says anything.
    public func keptFigures(at base: BaseID) throws -> [[YearFigures]] {
        var found: [[YearFigures]] = []
        try scan(Figures.kept.name, prefix: base.bytes) { _, row in
            var reader = RowReader([UInt8](row), of: Figures.kept.name)
            _ = try reader.position()
            found.append(try KeptFigures.years(Array(reader.rest)))
            return true
        }
        return found
    }

    /// Whether figures of a pupil of a school stay when these groups go, or everything.
    public func keepsFigures(at base: BaseID, without groups: [DataGroup]) throws -> Bool {
        guard groups.isEmpty || groups.contains(.attendance) else { return false }
        return try retentionRules(at: base).contains { $0.action == .anonymise }
    }
}
