import EventLog
import Foundation
import Identifiers
import Projections

/// A log of schools' years, and its state made from it again and again.
final class RebuildUnderTest {
    let log: EventLog
    private let year: SchoolYear
    private var state: State?
    /// The folder of its key-encryption key.
    let keys: String
    /// Sealed parts in the log.
    let parts: Int

    /// Makes a log of so many events.
    init(folder: String, keys: String, events: Int, pupils: Int, bases: Int) throws {
        log = try .made(in: folder, keys: keys)
        self.keys = keys
        var year = try SchoolYear(pupils: pupils, bases: bases)
        for first in stride(from: 0, to: events, by: 2_000) {
            _ = try log.append(year.batch(of: min(2_000, events - first)))
        }
        try log.applyAll()
        self.year = year
        parts = events / 100 * SchoolYear.partsPerHundred
    }

    /// Makes all state from the log, and leaves it durable and published.
    ///
    /// - Returns: sealed parts a second.
    func rebuild() throws -> Double {
        state = nil
        let folder = log.layout.state
        if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
        let time = try seconds { state = try State(at: folder, of: log) }
        guard try state?.catchUp() == log.durableEnd else {
            throw BenchError(.wrongAnswer, "state did not reach the log's end")
        }
        return Double(parts) / time
    }

    /// One person's whole history, every event of it opened.
    ///
    /// - Returns: how many events it has.
    func history(of pupil: Int) throws -> Int {
        if state == nil { state = try State(at: log.layout.state, of: log) }
        var positions: [Position] = []
        try state?.read { snapshot in
            try snapshot.history(of: year.pupil(pupil)) { entry in
                positions.append(entry.position)
                return true
            }
        }
        for position in positions {
            guard try log.event(at: position)?.parts.first?.plaintext != nil else {
                throw BenchError(.wrongAnswer, "an event of the history stayed sealed")
            }
        }
        return positions.count
    }

    /// Every row of state, table by table.
    func forEachRow(
        _ visit: (_ table: String, _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void
    )
        throws
    {
        if state == nil { state = try State(at: log.layout.state, of: log) }
        try state?.read { try $0.forEachRow(visit) }
    }
}
