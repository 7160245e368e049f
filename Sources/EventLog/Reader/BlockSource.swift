import Identifiers
import LMDB

/// Where blocks are read from: the log's file, and the seam at which archived segments can stand beside it.
protocol BlockSource: Sendable {
    /// Visits the blocks that hold a range of positions, lowest first, in one short read.
    ///
    /// - Parameters:
    ///   - range: first and last position wanted; all of them must be in blocks.
    ///   - visit: takes a block; answers false to stop.
    /// - Throws: `blockDamaged` when a position that has been reached is in no block, or what the visitor throws.
    func forEachBlock(in range: ClosedRange<Position>, _ visit: (BlockView) throws -> Bool) throws
    /// First positions of the blocks in a range that hold events of a base or type, in order; nil when not narrowed.
    func blockStarts(matching query: LogQuery, in range: ClosedRange<Position>) throws -> [Position]?
}

extension LogFile: BlockSource {
    func forEachBlock(in range: ClosedRange<Position>, _ visit: (BlockView) throws -> Bool) throws {
        try environment.read { transaction in
            var cursor = try transaction.cursor(in: blocks)
            var key = KeyBytes()
            var wanted = range.lowerBound
            key.append(wanted.rawValue)
            // The block that holds a position is the last one that begins at or before it.
            var found = try cursor.seek(key)
            if !found {
                found = try cursor.last()
            } else if try Self.firstPosition(cursor.key) > wanted {
                found = try cursor.previous()
            }
            while wanted <= range.upperBound {
                guard found else { throw Self.lost(wanted) }
                let first = try Self.firstPosition(cursor.key)
                guard first <= wanted else { throw Self.lost(wanted) }
                let block = try cursor.value.withUnsafeBytes { try BlockView($0, expecting: first) }
                guard block.next > wanted else { throw Self.lost(wanted) }
                guard try visit(block) else { return }
                wanted = block.next
                found = try cursor.next()
            }
        }
    }

    func blockStarts(matching query: LogQuery, in range: ClosedRange<Position>) throws -> [Position]? {
        var prefix = KeyBytes()
        let table: Table
        if let base = query.base {
            prefix.append(base)
            table = blockBases
        } else if let type = query.type {
            prefix.append(type.rawValue)
            table = blockTypes
        } else {
            return nil
        }
        var starts: [Position] = []
        try environment.read { transaction in
            let bytes = prefix.lend { [UInt8]($0) }
            try transaction.scan(table, prefix: bytes) { key, _ in
                let first = try key.withUnsafeBytes { key in
                    guard key.count == bytes.count + 8 else {
                        throw EventLogError(
                            .blockDamaged,
                            "an index of the log's blocks is damaged: restore the store from a backup"
                        )
                    }
                    return Position(key.bigEndian(bytes.count))
                }
                if first > range.upperBound { return false }
                // A block may begin before the range and reach into it; only the last such one can, and only when none
                // begins with the range.
                if first <= range.lowerBound, let earlier = starts.last, earlier < range.lowerBound {
                    starts.removeLast()
                }
                starts.append(first)
                return true
            }
        }
        return query.direction == .forward ? starts : starts.reversed()
    }

    private static func lost(_ position: Position) -> EventLogError {
        EventLogError(
            .blockDamaged,
            "the log has lost position \(position): restore the store from a backup"
        )
    }
}
