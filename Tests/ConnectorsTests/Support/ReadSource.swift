import Connectors
import School

/// Everything that a source hands out, in order.
struct ReadSource {
    var records: [SourceRecord] = []
    var issues: [RowIssue] = []
    var deletions: [(kind: EntityKind, key: String, groups: [DataGroup])] = []
    var departures: [(kind: EntityKind, key: String, departure: Departure)] = []

    init(_ source: some RecordSource) throws {
        try source.read { item in
            switch item {
            case .record(let record): records.append(record)
            case .issue(let issue): issues.append(issue)
            case .deletion(let kind, let key, let groups, _): deletions.append((kind, key, groups))
            case .departure(let kind, let key, let departure, _): departures.append((kind, key, departure))
            }
        }
    }

    func records(_ kind: EntityKind) -> [SourceRecord] { records.filter { $0.kind == kind } }

    func record(_ kind: EntityKind, _ key: String, with group: DataGroup? = nil) -> SourceRecord? {
        records.first { record in
            record.kind == kind && record.key == key
                && (group.map { group in record.groups.contains { $0.group == group } } ?? true)
        }
    }

    var parked: [RowIssue] { issues.filter { $0.effect == .parked } }

    var counts: [EntityKind: Int] { Dictionary(grouping: records, by: \.kind).mapValues(\.count) }
}

extension SourceRecord {
    /// The rows of a group as "field=value" texts; nil when the record does not tell the group.
    func rows(_ group: DataGroup) -> [[String]]? {
        groups.first { $0.group == group }?.rows.map { row in row.entries.map { "\($0.field.name)=\($0.value)" } }
    }
}
