import Identifiers
import Sealing

extension LogReader {
    /// Events after a position in whole batches: what projections follow the log by.
    ///
    /// Recent ones are made of the plaintext still in memory; only older ones are opened again.
    ///
    /// - Parameters:
    ///   - position: the exclusive lower bound, a batch's end or the origin.
    ///   - limit: how many events to aim for, one with many parts counted for several; a batch is never split.
    func events(after position: Position, limit: Int) throws -> [RecordedEvent] {
        let end = tail.durableEnd
        guard position < end else { return [] }
        let recent = tail.batches(after: position)
        if let first = recent.first, first.firstPosition == position.next, !first.plain.isEmpty {
            return try recentEvents(recent, limit: limit)
        }
        var events: [RecordedEvent] = []
        events.reserveCapacity(min(limit, Int(end.rawValue - position.rawValue)))
        var weight = 0
        try read(LogQuery(from: position.next, through: end, opensParts: true)) { event in
            events.append(event)
            weight += Self.weight(event)
            return weight < limit || !event.endsBatch
        }
        return events
    }

    private func recentEvents(_ batches: [SealedBatch], limit: Int) throws -> [RecordedEvent] {
        var events: [RecordedEvent] = []
        var weight = 0
        for batch in batches {
            guard weight < limit, !batch.plain.isEmpty else { break }
            for index in 0..<batch.count {
                let record = try RecordView(
                    parsing: batch.record(index),
                    expecting: Position(batch.firstPosition.rawValue + UInt64(index))
                )
                let event = recent(batch.plain[index], record)
                weight += Self.weight(event)
                events.append(event)
            }
        }
        return events
    }

    /// For how many an event counts: a register has a part for each child, and takes memory like as many events.
    private static func weight(_ event: RecordedEvent) -> Int { 1 + event.parts.count / 8 }

    private func recent(_ plain: NewEvent, _ record: RecordView) -> RecordedEvent {
        var event = RecordedEvent(record.leaf, open: plain.open)
        var index = 0
        event.parts.reserveCapacity(plain.parts.count)
        record.forEachPart { row, sealed in
            let fields = SealedPartRow(reading: row)
            let part = plain.parts[index]
            index += 1
            event.parts.append(
                RecordedPart(
                    keyID: fields.keyID,
                    generation: fields.generation,
                    dataClass: fields.dataClass,
                    sealedLength: sealed.count,
                    subject: part.subject,
                    plaintext: part.plaintext
                )
            )
        }
        return event
    }
}
