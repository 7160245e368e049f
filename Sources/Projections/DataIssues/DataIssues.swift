import EventLog
import Events
import Identifiers
import LMDB
import School
import SwiftProtobuf

/// What imports could not take in: every row that waits and every value that is wrong, open until a later file mends it.
///
/// ```
/// data-issues            issue 16 → source 16, resolved at 8 (0: open), number 8, base 16, … as `DataIssue.row` has it
/// data-issues.by-number  number 8 → issue 16
/// data-issues.open       source 16, number 8, issue 16 → (empty); open ones only
/// ```
/// An issue's number is the position at which it was told first. The value and the key of the MIS come from the sealed
/// part: an issue whose key has been destroyed has no row (invariant 5).
public struct DataIssues: Projection {
    /// Its name.
    public let name = "data-issues"
    /// Its version.
    public let version: UInt32 = 2
    /// Issues told and resolved, and the runs that met them again.
    public let types: [EventType] = [
        .dataIssueRaised, .dataIssueResolved, .importCompleted, .subjectErased,
    ]
    /// Its tables.
    public let tables = [Self.issues]

    static let issues = TableDefinition("data-issues", indexes: [byNumber, open])

    static let byNumber = IndexDefinition("data-issues.by-number", rowBytesMin: DataIssue.Offset.base) {
        issue,
        row,
        index in
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[DataIssue.Offset.number..<DataIssue.Offset.base]))
        index.appendValue(issue)
    }

    static let open = IndexDefinition("data-issues.open", rowBytesMin: DataIssue.Offset.base) { issue, row, index in
        let resolved = row[DataIssue.Offset.resolvedAt..<DataIssue.Offset.number]
        guard resolved.allSatisfy({ $0 == 0 }) else { return }
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[..<DataIssue.Offset.resolvedAt]))
        index.appendKey(UnsafeRawBufferPointer(rebasing: row[DataIssue.Offset.number..<DataIssue.Offset.base]))
        index.appendKey(issue)
    }

    /// Makes the projection.
    public init() {}

    /// Enters an issue, its new place, its end, or that it was met again.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        switch event.payload {
        case .dataIssueRaised(let message):
            guard let part = event.recorded.parts.first, let plaintext = part.plaintext, let subject = part.subject
            else { return }
            let id: IssueID = try identifier(message.issue)
            let told = try DataIssue(event, message, Syncd_Events_DataIssuePart(serializedBytes: plaintext), subject)
            let before = try rows.value(for: id.bytes, in: Self.issues).map { try DataIssue(id, $0) }
            rows.put(told.following(before).row, for: id.bytes, in: Self.issues)
        case .dataIssueResolved(let message):
            let id: IssueID = try identifier(message.issue)
            try change(id, &rows) { issue in
                let how = DataIssue.How(rawValue: UInt8(truncatingIfNeeded: message.how.rawValue)) ?? .gone
                issue.resolution = DataIssue.Resolution(
                    at: event.position,
                    when: event.recorded.recordedAt,
                    run: try identifier(message.run),
                    how: how
                )
            }
        case .importCompleted(let message):
            for id in try identifiers(message.issuesSeen) as [IssueID] {
                try change(id, &rows) { $0.lastSeen = event.recorded.recordedAt }
            }
        case .subjectErased(let message):
            for id in try identifiers(message.erased.issues) as [IssueID] { rows.delete(id.bytes, in: Self.issues) }
        default:
            break
        }
    }

    private func change(_ id: IssueID, _ rows: inout Rows, _ body: (inout DataIssue) throws -> Void) throws {
        guard let row = try rows.value(for: id.bytes, in: Self.issues) else { return }
        var issue = try DataIssue(id, row)
        try body(&issue)
        rows.put(issue.row, for: id.bytes, in: Self.issues)
    }
}

extension Snapshot {
    /// The data issue of a number; nil when there is none, or its key has been destroyed.
    public func dataIssue(_ number: Position) throws -> DataIssue? {
        var key = RowWriter()
        key.append(number)
        guard let id = try value(for: key.bytes, in: DataIssues.byNumber.name).flatMap(IssueID.init(bytes:)) else {
            return nil
        }
        return try dataIssue(id)
    }

    /// A data issue by its identity; nil when there is none, or its key has been destroyed.
    public func dataIssue(_ id: IssueID) throws -> DataIssue? {
        try value(for: id.bytes, in: DataIssues.issues.name).map { try DataIssue(id, $0) }
    }

    /// Visits every data issue in the order of their numbers, until the closure answers false.
    public func dataIssues(_ visit: (DataIssue) throws -> Bool) throws {
        try scan(DataIssues.byNumber.name, prefix: [UInt8]()) { _, id in
            guard let issue = try dataIssue(IssueID(reading: id)) else { return true }
            return try visit(issue)
        }
    }

    /// Visits the open data issues of a source in the order of their numbers, until the closure answers false.
    public func openDataIssues(of source: SourceID, _ visit: (DataIssue) throws -> Bool) throws {
        try scan(DataIssues.open.name, prefix: source.bytes) { key, _ in
            let id = IssueID(reading: UnsafeRawBufferPointer(rebasing: key[(key.count - 16)...]))
            guard let issue = try dataIssue(id) else { return true }
            return try visit(issue)
        }
    }
}
