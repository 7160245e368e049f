import Dispatch
import EventLog
import Foundation
import Identifiers
import Synchronization

/// Checks the records of a log in chunks on all processors, and hands them over in order.
///
/// Hashing a record needs nothing of the one before, and takes most of a verification. What has been checked and not been
/// taken is bounded.
final class CheckedAhead: Sendable {
    /// What was found of a chunk, up to what could not be read.
    struct Chunk: Sendable {
        var records: [CheckedRecord] = []
        var failure: (any Error)?
    }

    private struct State: Sendable {
        var begun = 0
        var chunks: [Int: Chunk] = [:]
        var isStopped = false
    }

    /// Events of a chunk: half a mebibyte of what was found.
    private static let chunkEvents: UInt64 = 4096
    /// Chunks for each thread that may be begun before the first of them is taken.
    private static let depth = 3

    private let log: EventLog
    private let end: Position
    private let destroyed: Set<KeyID>
    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)
    private let ended = DispatchGroup()

    /// Begins to check.
    ///
    /// - Parameters:
    ///   - end: the last position.
    ///   - destroyed: keys of which receipts say that they were destroyed.
    init(_ log: EventLog, through end: Position, destroyed: Set<KeyID>) {
        self.log = log
        self.end = end
        self.destroyed = destroyed
        let chunks = (Int(end.rawValue) + Int(Self.chunkEvents) - 1) / Int(Self.chunkEvents)
        let threads = min(ProcessInfo.processInfo.activeProcessorCount, max(chunks, 1))
        for _ in 0..<(threads * Self.depth) { room.signal() }
        for _ in 0..<threads {
            ended.enter()
            Thread.detachNewThread { [self] in
                while let number = begin(of: chunks) { put(check(number), number) }
                ended.leave()
            }
        }
    }

    /// Takes every record in order, until one cannot be read.
    ///
    /// - Throws: why it cannot; what came before it has been taken.
    func forEach(_ take: (CheckedRecord) -> Void) throws {
        defer { stop() }
        var (number, next) = (0, UInt64(1))
        while next <= end.rawValue {
            let chunk = taken(number)
            for record in chunk.records { take(record) }
            if let failure = chunk.failure { throw failure }
            number += 1
            next += Self.chunkEvents
        }
    }

    /// The number of the next chunk, once there is room; nil when there is none, or nobody wants more.
    private func begin(of chunks: Int) -> Int? {
        room.wait()
        return state.withLock { state in
            guard !state.isStopped, state.begun < chunks else { return nil }
            state.begun += 1
            return state.begun - 1
        }
    }

    private func check(_ number: Int) -> Chunk {
        let first = UInt64(number) * Self.chunkEvents + 1
        let last = min(first + Self.chunkEvents - 1, end.rawValue)
        var chunk = Chunk()
        chunk.records.reserveCapacity(Int(last - first + 1))
        do {
            try log.checkRecords(from: Position(first), through: Position(last), destroyed: destroyed) { record in
                chunk.records.append(record)
            }
        } catch {
            chunk.failure = error
        }
        return chunk
    }

    private func put(_ chunk: Chunk, _ number: Int) {
        state.withLock { $0.chunks[number] = chunk }
        filled.signal()
    }

    /// Waits for a chunk.
    private func taken(_ number: Int) -> Chunk {
        while true {
            if let chunk = state.withLock({ $0.chunks.removeValue(forKey: number) }) {
                room.signal()
                return chunk
            }
            filled.wait()
        }
    }

    /// Has nothing more checked, and waits until nobody reads the log any more.
    private func stop() {
        state.withLock { $0.isStopped = true }
        // Whoever waits for room is let go, one after the other.
        while ended.wait(timeout: .now()) == .timedOut {
            room.signal()
            _ = ended.wait(timeout: .now() + .milliseconds(1))
        }
    }
}
