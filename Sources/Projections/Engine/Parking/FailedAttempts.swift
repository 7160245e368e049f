import EventLog

/// Which attempts to apply an event have failed: those that the log tells of, and those that this program met.
///
/// An event is tried at its own position, and at each retry. When the log says that an attempt failed, it is not made
/// again, though a later program could: whoever follows the log has been past it, and what it changes is due at the next
/// retry. So state stays a function of the log (invariant 5, docs/decisions/0086).
struct FailedAttempts {
    private struct Attempt: Hashable {
        var event: Position
        var at: Position
    }

    private var records: [Position: [ParkingRecord]] = [:]
    private var met: [Attempt: ParkingReason] = [:]

    /// Reads what the log tells between two positions.
    init(_ source: any EventSource, after position: Position, through end: Position) throws {
        for event in try source.events(of: ParkingRecord.types, after: position, through: end) {
            guard let record = try ParkingRecord(event) else { continue }
            records[record.event, default: []].append(record)
        }
    }

    /// True when nothing has failed: the rule, which costs nothing.
    var isEmpty: Bool { records.isEmpty && met.isEmpty }

    /// Notes an attempt that failed just now.
    mutating func note(_ failure: InapplicableEvent) {
        met[Attempt(event: failure.event, at: failure.at)] = failure.reason
    }

    /// Why an attempt failed; nil when it has not, or nobody knows yet.
    ///
    /// Of what the log tells, the reason stands there.
    func reason(of event: Position, at position: Position) -> ParkingReason? {
        if let reason = met[Attempt(event: event, at: position)] { return reason }
        let next = records[event]?.first { $0.recordedAt > position }
        return next.map(\.isRetry) == false ? ParkingReason.untold : nil
    }
}
