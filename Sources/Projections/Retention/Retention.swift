import EventLog
import Events
import Identifiers
import School

/// How long each school keeps what of people who have left.
///
/// ```
/// retention  base 16, group 2 (0 for the whole record) → months 4, position 8
/// ```
public struct Retention: Projection {
    /// Its name.
    public let name = "retention"
    /// Its version.
    public let version: UInt32 = 1
    /// Rules.
    public let types: [EventType] = [.retentionRuleSet, .retentionRuleRemoved]
    /// Its tables.
    public let tables = [Self.rules]

    static let rules = TableDefinition("retention")

    /// Makes the projection.
    public init() {}

    /// Enters a rule, or takes it out.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .retentionRuleSet(let message):
            var row = RowWriter()
            row.append(message.months)
            row.append(event.position)
            rows.put(row.bytes, for: Self.key(event.base, message.group), in: Self.rules)
        case .retentionRuleRemoved(let message):
            rows.delete(Self.key(event.base, message.group), in: Self.rules)
        default: break
        }
    }

    static func key(_ base: BaseID, _ group: UInt32) -> [UInt8] {
        let number = UInt16(truncatingIfNeeded: group)
        return base.bytes + [UInt8(number >> 8), UInt8(number & 0xFF)]
    }
}

extension Snapshot {
    /// The rules of a school; the whole record's first.
    public func retentionRules(at base: BaseID) throws -> [RetentionRule] {
        var found: [RetentionRule] = []
        try scan(Retention.rules.name, prefix: base.bytes) { key, row in
            let number = UInt16(key[16]) << 8 | UInt16(key[17])
            var reader = RowReader([UInt8](row), of: Retention.rules.name)
            let months = Int(try reader.next(UInt32.self))
            // A group of a later program is its affair.
            guard number == 0 || DataGroup(rawValue: number) != nil else { return true }
            let isAnonymising = try value(for: [UInt8](key), in: Figures.rules.name) != nil
            found.append(
                RetentionRule(
                    group: DataGroup(rawValue: number),
                    months: months,
                    action: isAnonymising ? .anonymise : .erase
                )
            )
            return true
        }
        return found
    }
}
