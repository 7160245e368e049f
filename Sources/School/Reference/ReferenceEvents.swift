import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// Changes of public lists as events: many rows in one, since nobody asks for one row's story.
public struct ReferenceEvents: Sendable {
    /// Rows in one event: some 100 KiB, far from the limit of an open part.
    static let rowsMax = 500

    private let source: Data
    private let run: Data
    private let base: BaseID

    /// Begins to make a run's events.
    ///
    /// - Parameter owner: the base id of the store's own events, in whose tree public lists stand.
    public init(source: SourceID, run: RunID, owner: BaseID) {
        self.source = Data(source.bytes)
        self.run = Data(run.bytes)
        base = owner
    }

    /// The events of what changed about the links.
    public func links(_ difference: ReferenceDifference<EstablishmentLink>) -> [NewEvent] {
        let set = chunks(difference.rows).map { rows in
            Syncd_Events_EstablishmentLinksChanged.with { $0.links = rows.map(\.message) }
        }
        let gone = chunks(difference.gone).map { keys in
            Syncd_Events_EstablishmentLinksChanged.with {
                $0.gone = keys.compactMap { EstablishmentLink(key: $0)?.message }
            }
        }
        return (set + gone).map { message in
            var message = message
            message.source = source
            message.run = run
            return event(.establishmentLinksChanged, message, .links)
        }
    }

    /// The events of what changed about the schools.
    public func establishments(_ difference: ReferenceDifference<Establishment>) -> [NewEvent] {
        let set = chunks(difference.rows).map { rows in
            Syncd_Events_EstablishmentsChanged.with { $0.establishments = rows.map(\.message) }
        }
        let gone = chunks(difference.gone).map { keys in
            Syncd_Events_EstablishmentsChanged.with { $0.gone = keys }
        }
        return (set + gone).map { message in
            var message = message
            message.source = source
            message.run = run
            return event(.establishmentsChanged, message, .establishments)
        }
    }

    private func event(_ type: EventType, _ message: some Message, _ list: ReferenceList) -> NewEvent {
        NewEvent(
            type: EventTypeNumber(rawValue: type.rawValue),
            base: base,
            stream: list.stream,
            open: EventBytes.of(message)
        )
    }

    private func chunks<Element>(_ rows: [Element]) -> [[Element]] {
        stride(from: 0, to: rows.count, by: Self.rowsMax).map {
            Array(rows[$0..<min($0 + Self.rowsMax, rows.count)])
        }
    }
}

extension EstablishmentLink {
    /// Reads a row of an event.
    public init(_ message: Syncd_Events_EstablishmentLinkRow) {
        self.init(
            urn: message.urn,
            linkURN: message.linkUrn,
            type: message.type,
            name: message.name,
            established: message.established
        )
    }

    var message: Syncd_Events_EstablishmentLinkRow {
        .with {
            $0.urn = urn
            $0.linkUrn = linkURN
            $0.type = type
            $0.name = name
            $0.established = established
        }
    }
}

extension Establishment {
    /// Reads a row of an event.
    public init(_ message: Syncd_Events_EstablishmentRow) {
        self.init(urn: message.urn)
        authority = message.authority
        number = message.number
        name = message.name
        typeCode = message.typeCode
        typeName = message.typeName
        statusCode = message.statusCode
        statusName = message.statusName
        opened = message.opened
        closed = message.closed
        trustCode = message.trustCode
        trustName = message.trustName
    }

    var message: Syncd_Events_EstablishmentRow {
        .with {
            $0.urn = urn
            $0.authority = authority
            $0.number = number
            $0.name = name
            $0.typeCode = typeCode
            $0.typeName = typeName
            $0.statusCode = statusCode
            $0.statusName = statusName
            $0.opened = opened
            $0.closed = closed
            $0.trustCode = trustCode
            $0.trustName = trustName
        }
    }
}
