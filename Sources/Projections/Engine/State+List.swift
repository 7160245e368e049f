import EventLog
import Events
import LMDB
import SwiftProtobuf
import Synchronization

/// A line of `projections list`.
public struct ProjectionStatus: Sendable, Equatable {
    /// Whether it is kept up, or being made again.
    public enum Condition: Sendable, Equatable {
        /// Kept up with the log.
        case live
        /// Its next generation is filled from the log, so far in percent; the present one is kept up, if it can be.
        case building(percent: Int)
        /// Its next generation is filled and waits: it differs from the present one.
        case differs
        /// Its rows are of another version, or not there: nobody reads them.
        case outdated
        /// So many streams wait behind an event that it could not apply.
        case failed(streams: Int)
    }

    /// Its name.
    public var name: String
    /// Its version.
    public var version: UInt32
    /// The last position applied.
    public var position: Position
    /// How many durable events wait to be applied.
    public var lag: UInt64
    /// Rows in its tables and indexes.
    public var rows: Int
    /// Size of its tables and indexes, in bytes.
    public var bytes: Int
    /// Whether it is being made again.
    public var condition: Condition
}

extension State {
    /// One line for each projection, and one for each index that follows from its tables.
    public func list() throws -> [ProjectionStatus] {
        let end = source.durableEnd
        let build = building.withLock { $0 }
        return try read { snapshot in
            let position = try snapshot.checkpoint().position
            let parked = try parkedByProjection(snapshot)
            var lines: [ProjectionStatus] = []
            for projection in projections {
                let outdated = snapshot.generation.outdated.first { $0.name == projection.name }
                let reached = outdated?.position ?? position
                let own = projection.tables.flatMap(\.ownNames)
                let indexes = projection.tables.flatMap { $0.indexes.map(\.name) }
                for (name, tables) in [(projection.name, own)] + indexes.map({ ($0, [$0]) }) {
                    let sizes = try tables.map {
                        try snapshot.transaction.statistics(of: snapshot.generation.anyTable($0))
                    }
                    lines.append(
                        ProjectionStatus(
                            name: name,
                            version: outdated.map { $0.storedVersion ?? 0 } ?? projection.version,
                            position: reached,
                            lag: end.rawValue - min(end.rawValue, reached.rawValue),
                            rows: sizes.reduce(0) { $0 + $1.entries },
                            bytes: sizes.reduce(0) { $0 + $1.bytes },
                            condition: Self.condition(of: projection.name, build, outdated, parked[projection.name])
                        )
                    )
                }
            }
            return lines
        }
    }

    /// What is to be told first: what is being done about it, then what is wrong.
    private static func condition(
        of name: String,
        _ build: BuildRecord?,
        _ outdated: OutdatedProjection?,
        _ parked: Int?
    ) -> ProjectionStatus.Condition {
        if let build, build.rebuilt.contains(where: { $0.name == name }) {
            if let review = build.reviews.first(where: { $0.name == name }), !review.isEqual { return .differs }
            return .building(percent: build.percent)
        }
        if outdated != nil { return .outdated }
        return parked.map { .failed(streams: $0) } ?? .live
    }

    /// How many streams wait for each projection; what the log tells stands there.
    private func parkedByProjection(_ snapshot: borrowing Snapshot) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for parked in try snapshot.parkedEvents() {
            guard let position = parked.toldAt, let event = try source.event(at: position) else {
                counts[parked.projection, default: 0] += 1
                continue
            }
            let message = try Syncd_Events_EventParked(serializedBytes: event.open)
            counts[message.projection, default: 0] += 1
        }
        return counts
    }
}
