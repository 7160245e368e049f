import EventLog
import Identifiers
import Projections
import School

/// An event that waits, with what the log tells of it.
struct ParkedItem {
    var event: ParkedEvent
    /// The type's name; its number for one that this program does not know.
    var type: String
    /// The projection that could not apply it; empty when it cannot be read.
    var projection: String
    var reason: String

    var json: JSON {
        [
            "position": JSON(event.position.rawValue), "type": .string(type), "stream": .string(event.stream.hex),
            "projection": .string(projection), "reason": .string(reason),
            "toldAt": event.toldAt.map { JSON($0.rawValue) } ?? .null,
            "behind": .array(event.waiting.map { JSON($0.rawValue) }),
        ]
    }
}

extension Session {
    /// Everything that waits, in the order of the log.
    func parkedEvents() throws -> [ParkedItem] {
        try state.read { try $0.parkedEvents() }.map { event in
            let told = try parkingNotes.told(of: event)
            let number = try log.event(at: event.position)?.type.rawValue ?? 0
            return ParkedItem(
                event: event,
                type: EventType(rawValue: number)?.name ?? "type \(number)",
                projection: told.projection,
                reason: told.reason
            )
        }
    }

    /// One that waits.
    ///
    /// - Throws: `notParked`.
    func parkedEvent(_ position: UInt64) throws -> ParkedItem {
        guard let item = try parkedEvents().first(where: { $0.event.position.rawValue == position }) else {
            throw CommandError(
                .notParked,
                "Event \(position) is not parked: `syncd projections parked list` tells what is."
            )
        }
        return item
    }
}
