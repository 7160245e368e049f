import EventLog
import LMDB

/// A line of `projections list`.
public struct ProjectionStatus: Sendable, Equatable {
    /// Whether it is kept up, or being made again.
    public enum Condition: String, Sendable {
        /// Kept up with the log.
        case live
        /// Kept up, while a rebuild fills its next generation.
        case rebuilding
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
        let condition: ProjectionStatus.Condition = isRebuilding ? .rebuilding : .live
        return try read { snapshot in
            let position = try snapshot.checkpoint().position
            var lines: [ProjectionStatus] = []
            for projection in projections {
                let own = projection.tables.flatMap(\.ownNames)
                let indexes = projection.tables.flatMap { $0.indexes.map(\.name) }
                for (name, tables) in [(projection.name, own)] + indexes.map({ ($0, [$0]) }) {
                    let sizes = try tables.map {
                        try snapshot.transaction.statistics(of: snapshot.generation.table($0))
                    }
                    lines.append(
                        ProjectionStatus(
                            name: name,
                            version: projection.version,
                            position: position,
                            lag: end.rawValue - min(end.rawValue, position.rawValue),
                            rows: sizes.reduce(0) { $0 + $1.entries },
                            bytes: sizes.reduce(0) { $0 + $1.bytes },
                            condition: condition
                        )
                    )
                }
            }
            return lines
        }
    }
}
