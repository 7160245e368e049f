import Identifiers

/// Reads the log: blocks from its file, then what is durable but not packed yet, never past the durable end.
///
/// Memory is bounded by a block or a batch; read transactions are as short as a block, so that a slow reader holds no
/// pages back. The tail is looked at before the file: what leaves the tail is in the file by then.
struct LogReader: Sendable {
    let source: any BlockSource
    let tail: Tail
    let index: CommittedIndex
    let keys: KeyStore
    let log: LogID

    /// Visits the events that a query asks for.
    ///
    /// - Parameter visit: takes an event; answers false to stop.
    func read(_ query: LogQuery, _ visit: (RecordedEvent) throws -> Bool) throws {
        var opener = RecordOpener(log: log, keys: keys)
        let end = tail.durableEnd
        let upper = min(query.through ?? end, end)
        let lower = max(query.from, Position(1))
        guard lower <= upper else { return }
        if let stream = query.stream {
            try readStream(stream, query, in: lower...upper, &opener, visit)
            return
        }
        let unpacked = tail.batches(after: Position(lower.rawValue - 1))
        let packedEnd = unpacked.first.map { Position($0.firstPosition.rawValue - 1) } ?? upper
        let packed = lower <= min(packedEnd, upper) ? lower...min(packedEnd, upper) : nil
        switch query.direction {
        case .forward:
            if let packed, try !readBlocks(query, in: packed, &opener, visit) { return }
            for batch in unpacked where try !readBatch(batch, query, in: lower...upper, &opener, visit) { return }
        case .backward:
            for batch in unpacked.reversed() where try !readBatch(batch, query, in: lower...upper, &opener, visit) {
                return
            }
            if let packed { _ = try readBlocks(query, in: packed, &opener, visit) }
        }
    }

    /// The record at one position, from the tail or the file, lent to a closure.
    func withRecord<Result>(at position: Position, _ body: (RecordView) throws -> Result) throws -> Result {
        guard position > .origin, position <= tail.durableEnd else {
            throw EventLogError(.outOfRange, "the log has no position \(position)")
        }
        for batch in tail.batches(after: Position(position.rawValue - 1)) where batch.firstPosition <= position {
            let index = Int(position.rawValue - batch.firstPosition.rawValue)
            return try body(try RecordView(parsing: batch.record(index), expecting: position))
        }
        var result: Result?
        try source.forEachBlock(in: position...position) { block in
            let (table, bodies) = try block.bodies()
            let index = Int(position.rawValue - block.first.rawValue)
            result = try body(block.record(index, leaves: block.leaves(), table: table, bodies: bodies))
            return false
        }
        guard let result else { throw EventLogError(.blockDamaged, "the log has lost position \(position)") }
        return result
    }

    private func readBlocks(
        _ query: LogQuery,
        in range: ClosedRange<Position>,
        _ opener: inout RecordOpener,
        _ visit: (RecordedEvent) throws -> Bool
    ) throws -> Bool {
        if let starts = try source.blockStarts(matching: query, in: range) {
            for start in starts {
                let at = max(start, range.lowerBound)
                if try readBlock(at: at, query, in: range, &opener, visit) == nil { return false }
            }
            return true
        }
        var at = query.direction == .forward ? range.lowerBound : range.upperBound
        while range.contains(at) {
            guard let block = try readBlock(at: at, query, in: range, &opener, visit) else { return false }
            at = query.direction == .forward ? block.upperBound : Position(block.lowerBound.rawValue - 1)
        }
        return true
    }

    /// Copies what matches out of the block that holds a position, lets the block go, then hands the events on.
    ///
    /// - Returns: the positions of the block; nil when the visitor stopped.
    private func readBlock(
        at position: Position,
        _ query: LogQuery,
        in range: ClosedRange<Position>,
        _ opener: inout RecordOpener,
        _ visit: (RecordedEvent) throws -> Bool
    ) throws -> Range<Position>? {
        var events: [RecordedEvent] = []
        var positions = position..<position
        try source.forEachBlock(in: position...position) { block in
            positions = block.first..<block.next
            if let times = query.times, !times.overlaps(block.times) { return false }
            _ = try block.forEachRecord(from: range.lowerBound) { record in
                guard record.leaf.position <= range.upperBound else { return false }
                if query.matches(record.leaf) { events.append(try opener.event(record, opening: query.opensParts)) }
                return true
            }
            return false
        }
        for event in query.direction == .forward ? events : events.reversed() where try !visit(event) { return nil }
        return positions
    }

    private func readBatch(
        _ batch: SealedBatch,
        _ query: LogQuery,
        in range: ClosedRange<Position>,
        _ opener: inout RecordOpener,
        _ visit: (RecordedEvent) throws -> Bool
    ) throws -> Bool {
        let order = query.direction == .forward ? Array(0..<batch.count) : (0..<batch.count).reversed()
        for index in order {
            let leaf = batch.leaf(index)
            guard range.contains(leaf.position), query.matches(leaf) else { continue }
            let record = try RecordView(parsing: batch.record(index), expecting: leaf.position)
            guard try visit(try opener.event(record, opening: query.opensParts)) else { return false }
        }
        return true
    }

    /// Follows a stream's back pointers from its head; forward reading keeps eight bytes an event meanwhile.
    private func readStream(
        _ stream: StreamID,
        _ query: LogQuery,
        in range: ClosedRange<Position>,
        _ opener: inout RecordOpener,
        _ visit: (RecordedEvent) throws -> Bool
    ) throws {
        var at = try lastPosition(of: stream, upTo: range.upperBound)
        var forward: [Position] = []
        while at >= range.lowerBound, at > .origin {
            var wanted: RecordedEvent?
            let here = at
            try withRecord(at: here) { record in
                at = record.leaf.previousInStream
                guard query.matches(record.leaf) else { return }
                if query.direction == .forward {
                    forward.append(here)
                } else {
                    wanted = try opener.event(record, opening: query.opensParts)
                }
            }
            if let wanted, try !visit(wanted) { return }
        }
        for position in forward.reversed() {
            let event = try withRecord(at: position) { try opener.event($0, opening: query.opensParts) }
            guard try visit(event) else { return }
        }
    }

    /// The last event of a stream at or before a position; the origin for none.
    func lastPosition(of stream: StreamID, upTo limit: Position) throws -> Position {
        for batch in tail.batches(after: .origin).reversed() where batch.firstPosition <= limit {
            for index in (0..<batch.count).reversed() {
                let leaf = batch.leaf(index)
                if leaf.stream == stream && leaf.position <= limit { return leaf.position }
            }
        }
        var at = try index.head(of: stream).position
        while at > limit {
            at = try withRecord(at: at) { $0.leaf.previousInStream }
        }
        return at
    }
}
