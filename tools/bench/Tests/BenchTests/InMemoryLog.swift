import EventLog
import Synchronization

@testable import bench

/// A log in memory, so that the rows are run without a real one: it answers what a log of so many events would.
final class InMemoryLog: LogUnderTest {
    private let batches = Mutex<[Batch]>([])
    private let isChecked = Mutex(false)
    private let loses: Int

    /// Makes an empty log.
    ///
    /// - Parameter loses: how many events its readers leave out: a log that is wrong.
    init(loses: Int = 0) { self.loses = loses }

    func append(_ batch: Batch) throws { batches.withLock { $0.append(batch) } }

    func appendFromTask(_ batch: Batch) async throws { batches.withLock { $0.append(batch) } }

    func checkpoint() throws { isChecked.withLock { $0 = true } }

    func scanLeaves() throws -> Int { batches.withLock { $0.reduce(0) { $0 + $1.events.count } } - loses }

    func replay(_ decode: (RawSpan) throws -> Void) throws -> Int {
        let events = batches.withLock { $0.flatMap(\.events) }.dropLast(loses)
        for event in events { for part in event.parts { try decode(part.plaintext.span.bytes) } }
        return events.count
    }

    func fileBytes() throws -> Int { try recordBytes() * 105 / 100 }

    func recordBytes() throws -> Int { batches.withLock { $0.reduce(0) { $0 + $1.events.count } } * 400 }

    /// True once a row has waited for the last event to be in LMDB.
    var wasCheckpointed: Bool { isChecked.withLock { $0 } }
}

/// A change index that always finds as many.
final class FixedSelection: SelectionUnderTest {
    private let found: Int

    /// Makes an index that finds so many changes.
    init(found: Int) { self.found = found }

    func select() throws -> Int { found }
}
