import EventLog
import Events
import Identifiers
import School

/// A row or value that an import could not take in.
public struct DataIssue: Sendable, Equatable {
    /// How an issue came to its end.
    public enum How: UInt8, Sendable {
        /// A later file tells it well.
        case mended = 0
        /// A later file that covers it no longer has it.
        case gone = 1
        /// The run that met it was undone.
        case undone = 2
    }

    /// An issue's end.
    public struct Resolution: Sendable, Equatable {
        /// Where.
        public var at: Position
        /// When.
        public var when: Timestamp
        /// The run that brought it about.
        public var run: RunID
        /// How.
        public var how: How
    }

    /// Its identity.
    public var id: IssueID
    /// Its number: where it was told first.
    public var number: Position
    /// The source whose files have it.
    public var source: SourceID
    /// The run that told it last.
    public var run: RunID
    /// The base it belongs to; the store's owner when the row names none.
    public var base: BaseID
    /// Where it was told last.
    public var toldAt: Position
    /// When it was told first.
    public var firstSeen: Timestamp
    /// When a file had it last.
    public var lastSeen: Timestamp
    /// The file, without its folder.
    public var file: String
    /// The line, 1 for the header, 0 for the file as a whole.
    public var line: UInt32
    /// The column; empty for the row as a whole.
    public var field: String
    /// The rule that was broken.
    public var rule: IssueRule
    /// The rule in words and what to do; never a value.
    public var reason: String
    /// The row waits; else it went in without the value.
    public var isParked: Bool
    /// Numbers of the kinds that the row may be about.
    public var kinds: [UInt8]
    /// Numbers of the data groups that it tells.
    public var groups: [UInt16]
    /// How many issues of the same thing, field and rule stood before it.
    public var occurrence: UInt32
    /// Whose key seals the value: the person's, or the issue's own when nobody is known.
    public var subject: SubjectID
    /// What the file has.
    ///
    /// Personal data: opened for a person only with a reason.
    public var value: String
    /// The key inside the source of what the row is about; empty when it could not be read.
    ///
    /// Personal data, too.
    public var key: String
    /// Canonical bytes of what the row tells, when it comes in by itself once what keeps it out is corrected; else empty.
    ///
    /// Personal data like the value.
    public var content: [UInt8]
    /// Its end; nil while it is open.
    public var resolution: Resolution?

    /// True while nothing has mended it.
    public var isOpen: Bool { resolution == nil }

    /// The person whom it is about; nil when nobody is known.
    public var person: SubjectID? { subject == SubjectID(id) ? nil : subject }

    init(
        _ event: DecodedEvent,
        _ message: Syncd_Events_DataIssueRaised,
        _ part: Syncd_Events_DataIssuePart,
        _ subject: SubjectID
    ) throws {
        id = try identifier(message.issue)
        number = event.position
        source = try identifier(message.source)
        run = try identifier(message.run)
        base = event.base
        toldAt = event.position
        firstSeen = event.recorded.recordedAt
        lastSeen = event.recorded.recordedAt
        file = message.file
        line = message.line
        field = message.field
        rule = IssueRule(rawValue: message.rule)
        reason = message.reason
        isParked = message.parked
        kinds = message.kinds.map { UInt8(truncatingIfNeeded: $0) }
        groups = message.groups.map { UInt16(truncatingIfNeeded: $0) }
        occurrence = message.occurrence
        self.subject = subject
        value = part.value
        key = part.misKey
        content = Array(part.content)
    }

    /// The same as told again: its number and its first time stay.
    func following(_ before: DataIssue?) -> DataIssue {
        guard let before else { return self }
        var issue = self
        issue.number = before.number
        issue.firstSeen = before.firstSeen
        return issue
    }
}

extension DataIssue {
    /// Where the fields lie that indexes read in place.
    enum Offset {
        static let resolvedAt = 16
        static let number = 24
        static let base = 32
    }

    /// Source 16, resolved at 8, number 8, base 16, run 16, told at 8, first and last seen 8 each, line 4, parked 1,
    /// occurrence 4, file, field, rule, reason, kinds and groups (4 before each: how many), subject 16, value, key,
    /// content (4 before it: how many); of the resolution when 8, run 16, how 1.
    var row: [UInt8] {
        var writer = RowWriter()
        writer.append(source)
        writer.append(resolution?.at ?? .origin)
        writer.append(number)
        writer.append(base)
        writer.append(run)
        writer.append(toldAt)
        writer.append(firstSeen.microseconds)
        writer.append(lastSeen.microseconds)
        writer.append(line)
        writer.append(UInt8(isParked ? 1 : 0))
        writer.append(occurrence)
        for text in [file, field, rule.rawValue, reason] { writer.append(text) }
        writer.append(UInt32(kinds.count))
        for kind in kinds { writer.append(kind) }
        writer.append(UInt32(groups.count))
        for group in groups { writer.append(group) }
        writer.append(subject)
        writer.append(value)
        writer.append(key)
        writer.append(UInt32(content.count))
        writer.append(raw: content)
        if let resolution {
            writer.append(resolution.when.microseconds)
            writer.append(resolution.run)
            writer.append(resolution.how.rawValue)
        }
        return writer.bytes
    }

    init(_ id: IssueID, _ row: [UInt8]) throws {
        var reader = RowReader(row, of: "data-issues")
        self.id = id
        source = try reader.identifier()
        let resolvedAt = try reader.position()
        number = try reader.position()
        base = try reader.identifier()
        run = try reader.identifier()
        toldAt = try reader.position()
        firstSeen = Timestamp(microseconds: try reader.next())
        lastSeen = Timestamp(microseconds: try reader.next())
        line = try reader.next()
        isParked = try reader.next(UInt8.self) != 0
        occurrence = try reader.next()
        file = try reader.text()
        field = try reader.text()
        rule = IssueRule(rawValue: try reader.text())
        reason = try reader.text()
        let kindCount = Int(try reader.next(UInt32.self))
        kinds = try (0..<kindCount).map { _ in try reader.next() }
        let groupCount = Int(try reader.next(UInt32.self))
        groups = try (0..<groupCount).map { _ in try reader.next() }
        subject = try reader.identifier()
        value = try reader.text()
        key = try reader.text()
        let contentCount = Int(try reader.next(UInt32.self))
        content = try (0..<contentCount).map { _ in try reader.next() }
        guard resolvedAt != .origin else { return }
        resolution = Resolution(
            at: resolvedAt,
            when: Timestamp(microseconds: try reader.next()),
            run: try reader.identifier(),
            how: How(rawValue: try reader.next()) ?? .gone
        )
    }
}
