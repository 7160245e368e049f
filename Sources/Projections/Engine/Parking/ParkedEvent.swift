import EventLog
import Identifiers
import School

/// An event that state could not take in, and how much waits behind it.
public struct ParkedEvent: Sendable, Equatable {
    /// The event.
    public var position: Position
    /// Its stream, which waits from there on.
    public var stream: StreamID
    /// The event's `EventParked`; nil when the log does not tell yet.
    public var toldAt: Position?
    /// The projection that could not apply it; empty when it cannot be read, or when `toldAt` tells.
    public var projection: String
    /// Why, in words; empty when `toldAt` tells.
    public var reason: String
    /// Later events of the stream that wait behind it, in order.
    public var waiting: [Position]
}

extension Snapshot {
    /// Events that could not be applied, in the order of the log, each with what waits behind it.
    public func parkedEvents() throws -> [ParkedEvent] {
        let parked = try ParkedStreams(of: generation, in: transaction)
        return parked.all.filter { $0.entry.kind == .failed }.map { stream, position, entry in
            ParkedEvent(
                position: position,
                stream: stream,
                toldAt: entry.toldAt == .origin ? nil : entry.toldAt,
                projection: entry.reason.projection,
                reason: entry.reason.text,
                waiting: parked.waiting(in: stream).filter { $0 > position }
            )
        }
    }
}
