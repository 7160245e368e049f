import EventLog
import Identifiers
import Projections
import Transfer

/// A position up to which the log is read, and when that was.
struct PastPoint {
    /// The last position that counts: a batch's end.
    var position: Position
    /// When the event there was recorded.
    var recordedAt: Timestamp

    /// The point for machines.
    var json: JSON {
        ["position": JSON(position.rawValue), "recordedAt": .string(LondonTime.iso(recordedAt))]
    }

    /// The point for people.
    var sentence: String {
        "As known at position \(Counts.grouped(position.rawValue)), recorded \(LondonTime.text(recordedAt))."
    }
}

extension Session {
    /// The position that a moment means; a batch is seen whole, so inside one it is the batch's end.
    ///
    /// - Throws: `positionBeyondEnd` for a position that the log has not reached, or a time before its first event.
    func point(_ moment: Moment) throws -> PastPoint {
        let wanted: Position
        switch moment.kind {
        case .position(let number): wanted = Position(number)
        case .time(let time): wanted = try log.lastPosition(at: time)
        }
        guard wanted > .origin, let event = try log.event(at: wanted) else {
            throw CommandError(
                .positionBeyondEnd,
                wanted == .origin
                    ? "Nothing had been recorded by then. Choose a later --as-of; `syncd replay --to 1` shows the first event."
                    : "The log ends at position \(log.durableEnd). Choose --as-of at or before it."
            )
        }
        let end = wanted.rawValue + UInt64(event.eventsInBatch - event.indexInBatch - 1)
        return PastPoint(position: Position(end), recordedAt: event.recordedAt)
    }

    /// Reads state as the log made it up to a point, projected aside: it costs the log up to there.
    ///
    /// - Parameter projections: what is read; fewer cost less.
    func past<R>(
        at point: PastPoint,
        _ projections: [any Projection],
        _ body: (borrowing Snapshot) throws -> R
    ) throws -> R {
        try transferStates.withState(asOf: point.position, projections: projections) { try $0.read(body) }
    }

    /// Reads state as it is, or as it was at a point.
    ///
    /// - Parameter projections: what is read of the past.
    func read<R>(
        asOf point: PastPoint?,
        _ projections: [any Projection],
        _ body: (borrowing Snapshot) throws -> R
    ) throws -> R {
        guard let point else { return try state.read(body) }
        return try past(at: point, projections, body)
    }
}
