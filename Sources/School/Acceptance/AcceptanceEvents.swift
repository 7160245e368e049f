import EventLog
import Events
import Identifiers
import SwiftProtobuf

extension AcceptanceEvent {
    /// The event for the log.
    ///
    /// The accepter's name stands in a part that is sealed under the accepter's own key.
    func newEvent(for acceptance: ReportAcceptance, by accepter: Accepter) -> NewEvent {
        let (type, open) = encoded(acceptance.report)
        let name = NewPart(
            subject: SubjectID(accepter.actor),
            dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
            plaintext: EventBytes.of(Syncd_Events_AuditNote.with { $0.actor = accepter.name })
        )
        return NewEvent(
            type: EventTypeNumber(rawValue: type.rawValue),
            base: acceptance.base,
            stream: acceptance.stream,
            cause: acceptance.position,
            open: open,
            parts: accepter.name.isEmpty ? [] : [name]
        )
    }

    /// Reads an event; nil when it is no acceptance event.
    ///
    /// - Throws: what decoding throws.
    public init?(_ event: RecordedEvent) throws {
        switch EventType(rawValue: event.type.rawValue) {
        case .reportAccepted:
            let message = try Syncd_Events_ReportAccepted(serializedBytes: event.open)
            self = .accepted(version: Int(message.reportVersion))
        case .reportWithdrawn:
            let message = try Syncd_Events_ReportWithdrawn(serializedBytes: event.open)
            let version = Int(message.reportVersion)
            self = message.ground == .newController ? .lapsed(version: version) : .withdrawn(version: version)
        default: return nil
        }
    }

    private func encoded(_ report: String) -> (EventType, [UInt8]) {
        switch self {
        case .accepted(let version):
            let message = Syncd_Events_ReportAccepted.with {
                $0.report = report
                $0.reportVersion = UInt32(version)
            }
            return (.reportAccepted, EventBytes.of(message))
        case .withdrawn(let version), .lapsed(let version):
            let message = Syncd_Events_ReportWithdrawn.with {
                $0.report = report
                $0.reportVersion = UInt32(version)
                $0.ground = self == .lapsed(version: version) ? .newController : .decided
            }
            return (.reportWithdrawn, EventBytes.of(message))
        }
    }
}
