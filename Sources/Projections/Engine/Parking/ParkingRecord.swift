import EventLog
import Events
import Identifiers
import School
import SwiftProtobuf

/// Why an event could not be applied; no personal data.
struct ParkingReason: Sendable, Equatable {
    /// The projection; empty when the event cannot even be read.
    var projection: String
    /// In words.
    var text: String

    /// What stands for a reason that the log tells.
    static let untold = ParkingReason(projection: "", text: "")
}

/// An event that could not be applied, thrown out of the transaction that tried: nothing of that one is kept.
struct InapplicableEvent: Error {
    var event: Position
    /// Where it was tried: its own position, or a retry's.
    var at: Position
    var reason: ParkingReason
}

/// An `EventParked` or `EventRetried`, read.
struct ParkingRecord {
    static let types = [EventType.eventParked.number, EventType.eventRetried.number]

    /// Its own place in the log.
    var recordedAt: Position
    /// The event that it is about.
    var event: Position
    var stream: StreamID
    var isRetry: Bool

    /// Reads the record; nil for an event of another type.
    ///
    /// - Throws: `malformedEvent`.
    init?(_ event: RecordedEvent) throws {
        recordedAt = event.position
        let stream: StreamID?
        do {
            switch event.type {
            case EventType.eventParked.number:
                let message = try Syncd_Events_EventParked(serializedBytes: event.open)
                (self.event, stream, isRetry) = (Position(message.position), StreamID(bytes: message.stream), false)
            case EventType.eventRetried.number:
                let message = try Syncd_Events_EventRetried(serializedBytes: event.open)
                (self.event, stream, isRetry) = (Position(message.position), StreamID(bytes: message.stream), true)
            default:
                return nil
            }
        } catch {
            throw ProjectionError(.malformedEvent, "event \(event.position) cannot be read", cause: error)
        }
        guard let stream else {
            throw ProjectionError(.malformedEvent, "event \(event.position) names no stream")
        }
        self.stream = stream
    }
}
