import EventLog
import Events
import Identifiers
import LMDB
import School

/// What pupils' records became in the MIS, or came from.
///
/// ```
/// pupil-traces  entity 16 → 1 merged into or 2 split from, 1 byte; the other one 16
/// ```
/// A pupil who is there again is no longer another one's.
public struct PupilTraces: Projection {
    /// Its name.
    public let name = "pupil-traces"
    /// Its version.
    public let version: UInt32 = 1
    /// The event that tells it, and erasures.
    public let types: [EventType] = [.entityStatusChanged, .subjectErased]
    /// Its tables.
    public let tables = [Self.traces]

    static let traces = TableDefinition("pupil-traces")

    /// Makes the projection.
    public init() {}

    /// Enters or forgets a trace.
    public func apply(_ event: DecodedEvent, to rows: inout Rows) throws {
        if case .subjectErased(let message) = event.payload, message.erased.groups.isEmpty {
            rows.delete(try identifier(message.erased.subject, SubjectID.self).bytes, in: Self.traces)
        }
        guard case .entityStatusChanged(let message) = event.payload else { return }
        let entity: SubjectID = try identifier(message.entity)
        if !message.mergedInto.isEmpty {
            rows.put([1] + (try identifier(message.mergedInto) as SubjectID).bytes, for: entity.bytes, in: Self.traces)
        } else if !message.splitFrom.isEmpty {
            rows.put([2] + (try identifier(message.splitFrom) as SubjectID).bytes, for: entity.bytes, in: Self.traces)
        } else if message.status == .present {
            rows.delete(entity.bytes, in: Self.traces)
        }
    }
}

extension Snapshot {
    /// What a pupil's record became, or came from; nil for nothing that was told.
    public func trace(of pupil: SubjectID) throws -> PupilTrace? {
        guard let row = try value(for: pupil.bytes, in: PupilTraces.traces.name) else { return nil }
        var reader = RowReader(row, of: PupilTraces.traces.name)
        let word = try reader.next(UInt8.self)
        let other: SubjectID = try reader.identifier()
        return word == 1 ? .mergedInto(other) : .splitFrom(other)
    }
}
