import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import Sealing
import SwiftProtobuf

/// Tells the log of events that state could not take in: that they were parked, and that they are tried again.
struct ParkingNotes: Sendable {
    let log: EventLog
    let surroundings: Surroundings

    /// Appends an `EventParked` for each; durable on return.
    func park(_ parked: [ParkedEvent]) throws {
        try append(
            parked.map { parked in
                let message = Syncd_Events_EventParked.with {
                    $0.position = parked.position.rawValue
                    $0.stream = Data(parked.stream.bytes)
                    $0.projection = parked.projection
                    $0.reason = parked.reason
                }
                return event(.eventParked, try message.serializedBytes(), cause: parked.position)
            }
        )
    }

    /// Appends an `EventRetried` for each; durable on return.
    func retry(_ parked: [ParkedEvent]) throws {
        try append(
            parked.map { parked in
                let message = Syncd_Events_EventRetried.with {
                    $0.position = parked.position.rawValue
                    $0.stream = Data(parked.stream.bytes)
                }
                return event(.eventRetried, try message.serializedBytes(), cause: parked.position)
            }
        )
    }

    /// What was told of a parked event.
    func told(of parked: ParkedEvent) throws -> (projection: String, reason: String) {
        guard let position = parked.toldAt, let event = try log.event(at: position) else {
            return (parked.projection, parked.reason)
        }
        let message = try Syncd_Events_EventParked(serializedBytes: event.open)
        return (message.projection, message.reason)
    }

    private func event(_ type: EventType, _ open: [UInt8], cause: Position) -> NewEvent {
        NewEvent(type: type.number, base: log.owner, stream: StreamID(log.owner), cause: cause, open: open)
    }

    private func append(_ events: [NewEvent]) throws {
        var randomness = SystemRandomness()
        let now = surroundings.now()
        let batch = Batch(
            command: .timeOrdered(at: now, using: &randomness),
            actor: try Actor.acting(in: log, surroundings).id,
            recordedAt: now,
            events: events
        )
        _ = try batch.surely(log.append)
    }
}
