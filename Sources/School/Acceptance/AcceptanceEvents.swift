import EventLog
import Events
import Identifiers
import SwiftProtobuf

extension AcceptanceEvent {
    /// The event for the log.
    ///
    /// The accepter's name stands in a part that is sealed under the accepter's own key.
    ///
    /// - Parameter list: the version of the list that was looked at.
    func newEvent(for acceptance: ReportAcceptance, by accepter: Accepter, list: String = "") -> NewEvent {
        let (type, open) = encoded(acceptance.report, accepter.role?.rawValue ?? "", list)
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
            self =
                switch message.ground {
                case .newController: .lapsed(version: version)
                case .notOffered: .notOffered(version: version)
                default: .withdrawn(version: version)
                }
        default: return nil
        }
    }

    private func encoded(_ report: String, _ role: String, _ list: String) -> (EventType, [UInt8]) {
        switch self {
        case .accepted(let version):
            let message = Syncd_Events_ReportAccepted.with {
                $0.report = report
                $0.reportVersion = UInt32(version)
                $0.role = role
                $0.listVersion = list
            }
            return (.reportAccepted, EventBytes.of(message))
        case .withdrawn(let version), .lapsed(let version), .notOffered(let version):
            let message = Syncd_Events_ReportWithdrawn.with {
                $0.report = report
                $0.reportVersion = UInt32(version)
                $0.role = role
                $0.ground =
                    switch self {
                    case .lapsed: .newController
                    case .notOffered: .notOffered
                    default: .decided
                    }
            }
            return (.reportWithdrawn, EventBytes.of(message))
        }
    }
}
