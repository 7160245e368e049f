import Dispatch
import Foundation
import School
import Synchronization

/// Reads files in a thread of its own, a few batches ahead of whoever takes them: reading and comparing cost about the
/// same, and share two processors.
enum ReadAhead {
    /// Batches that wait at most: a quarter of a mebibyte each.
    private static let waitingMax = 4

    /// Reads everything once, in order, on this thread where the files have to look into the store.
    ///
    /// - Throws: what reading throws, or `take`; the reading has ended by then.
    static func read(_ files: any RecordSource, _ take: (SourceBatch) throws -> Void) throws {
        guard files.readsAlone else { return try files.readBatches(take) }
        let channel = Channel(waitingMax)
        Thread.detachNewThread {
            let end = Result { try files.readBatches { try channel.put($0) } }
            channel.close(end)
        }
        do {
            while let batch = try channel.next() { try take(batch) }
        } catch {
            channel.abandon()
            throw error
        }
    }
}

/// Batches on their way from one thread to another.
private final class Channel: Sendable {
    private struct Abandoned: Error {}

    private struct State: Sendable {
        var batches: [SourceBatch] = []
        var end: Result<Void, any Error>?
        var isAbandoned = false
    }

    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)

    init(_ waitingMax: Int) {
        for _ in 0..<waitingMax { room.signal() }
    }

    /// Waits for room and puts a batch in.
    func put(_ batch: SourceBatch) throws {
        room.wait()
        let isAbandoned = state.withLock { state in
            state.batches.append(batch)
            return state.isAbandoned
        }
        filled.signal()
        if isAbandoned { throw Abandoned() }
    }

    /// Says that no more will come, and why.
    func close(_ end: Result<Void, any Error>) {
        state.withLock { $0.end = end }
        filled.signal()
    }

    /// Waits for the next batch; nil after the last.
    func next() throws -> SourceBatch? {
        filled.wait()
        let (batch, end) = state.withLock { state -> (SourceBatch?, Result<Void, any Error>?) in
            state.batches.isEmpty ? (nil, state.end) : (state.batches.removeFirst(), nil)
        }
        if let batch {
            room.signal()
            return batch
        }
        try end?.get()
        return nil
    }

    /// Takes no more, and waits until the reading has ended.
    func abandon() {
        state.withLock { $0.isAbandoned = true }
        while state.withLock({ $0.end == nil }) {
            room.signal()
            filled.wait()
        }
    }
}

extension SourceBatch {
    /// Goes through the items in order.
    ///
    /// - Parameters:
    ///   - packed: looks at a packed record, and answers whether it is done with; if not, it comes as an item.
    ///   - item: takes an item.
    func forEach(
        packed: (PackedBytes, _ line: Int, PackedLayout) throws -> Bool,
        item: (SourceItem) throws -> Void
    ) throws {
        try bytes.withUnsafeBytes { bytes in
            for part in parts {
                switch part {
                case .item(let place): try item(items[place])
                case .packed(let place):
                    guard let layout else { continue }
                    if try packed(PackedBytes(place, in: bytes), place.line, layout) { continue }
                    if let record = record(place) { try item(.record(record)) }
                }
            }
        }
    }
}
