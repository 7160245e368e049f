import EventLog
import Events
import Identifiers
import LMDB
import School
import SwiftProtobuf

/// What was said last by each about each purpose.
///
/// ```
/// pupil-consents  pupil 16, purpose, 0, contact's key (empty for the pupil) → position 8, at 8 (microseconds), statement
///                 (protobuf)
/// ```
/// A statement whose key has been destroyed says nothing.
public struct PupilConsents: Projection {
    /// Its name.
    public let name = "pupil-consents"
    /// Its version.
    public let version: UInt32 = 1
    /// What was said, and erasures.
    public let types: [EventType] = [.pupilConsentRecorded, .subjectErased]
    /// Its tables.
    public let tables = [Self.statements]

    static let statements = TableDefinition("pupil-consents")

    /// Makes the projection.
    public init() {}

    /// Enters what somebody said.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        if case .subjectErased(let message) = event.payload { return try forget(message.erased, &rows) }
        guard case .pupilConsentRecorded = event.payload else { return }
        let part = event.recorded.parts.first { $0.dataClass.rawValue == DataGroup.pupilConsent.rawValue }
        guard let subject = part?.subject, let bytes = part?.plaintext else { return }
        let message = try Syncd_Events_PupilConsentStatement(serializedBytes: bytes)
        var writer = RowWriter()
        writer.append(event.position)
        writer.append(event.recorded.recordedAt.microseconds)
        writer.append(raw: bytes)
        let key = subject.bytes + textKey(message.purpose) + Array(message.contactKey.utf8.prefix(300))
        rows.put(writer.bytes, for: key, in: Self.statements)
    }

    private func forget(_ erased: Syncd_Events_ErasedSubject, _ rows: inout Rows) throws {
        let group = UInt32(DataGroup.pupilConsent.rawValue)
        guard erased.groups.isEmpty || erased.groups.contains(group) else { return }
        let pupil: SubjectID = try identifier(erased.subject)
        for row in try rows.rows(prefix: pupil.bytes, in: Self.statements) { rows.delete(row.key, in: Self.statements) }
    }

    /// The pupil's.
    public func subject(ofRow key: [UInt8], in table: String) -> SubjectID? { SubjectID(bytes: key.prefix(16)) }
}

/// What somebody said, and when.
public struct RecordedConsent: Sendable, Equatable {
    /// Where it stands in the log.
    public var position: Position
    /// When it was recorded.
    public var at: Timestamp
    /// What was said.
    public var statement: ConsentStatement
}

extension Snapshot {
    /// What was said last by each for a pupil, by purpose.
    public func consents(of pupil: SubjectID) throws -> [RecordedConsent] {
        var found: [RecordedConsent] = []
        try scan(PupilConsents.statements.name, prefix: pupil.bytes) { _, row in
            var reader = RowReader([UInt8](row), of: PupilConsents.statements.name)
            let position = try reader.position()
            let at = Timestamp(microseconds: try reader.next())
            let message = try Syncd_Events_PupilConsentStatement(serializedBytes: reader.rest)
            if let statement = ConsentStatement(message) {
                found.append(RecordedConsent(position: position, at: at, statement: statement))
            }
            return true
        }
        return found
    }
}
