import EventLog
import Identifiers
import Projections
import School

/// Walks through what may have changed in a window, in the order of the log, a bounded number at a time.
struct FeedScan {
    /// Something that may be a line.
    struct Item: Hashable, Comparable {
        var version: Position
        /// Of the list of everyone: the number of its kind; else zero.
        var kind: UInt8 = 0
        var entity: SubjectID
        /// The base whose change index has it.
        var base: BaseID
        /// What it was, of something that has been erased there; no index knows it any more.
        var erased: EntityKind?

        static func < (left: Self, right: Self) -> Bool {
            (left.version, left.kind, left.entity) < (right.version, right.kind, right.entity)
        }

        func isAfter(_ place: ChangeCursor.Place) -> Bool {
            (version, kind, entity) > (place.version, place.kind, place.entity)
        }
    }

    /// The exclusive lower bound.
    let lower: Position
    /// The inclusive upper bound.
    let upper: Position
    /// The schools.
    let bases: [BaseID]
    /// Where everyone at the only school is told of; nil for nowhere.
    let everyone: Position?

    /// How many are looked at in one go.
    static let count = 256

    /// The next items behind a place; none at the window's end.
    func items(after place: ChangeCursor.Place?, in snapshot: borrowing Snapshot) throws -> [Item] {
        guard let everyone else { return try changes(after: place, to: upper, snapshot) }
        // First what changed up to that position, then everyone at it, then what changed behind it.
        if place.map({ $0.kind == 0 && $0.version <= everyone }) ?? true {
            let items = try changes(after: place, to: everyone, snapshot)
            if !items.isEmpty { return items }
        }
        if place.map({ $0.version <= everyone }) ?? true {
            let items = try all(at: everyone, after: place.flatMap { $0.kind == 0 ? nil : $0 }, snapshot)
            if !items.isEmpty { return items }
        }
        let behind = place.flatMap { $0.version > everyone ? $0 : nil }
        return try changes(
            after: behind
                ?? ChangeCursor.Place(
                    upper: upper,
                    version: everyone,
                    kind: .max,
                    entity: SubjectID(high: .max, low: .max)
                ),
            to: upper,
            snapshot
        )
    }

    /// True when something of these schools has changed behind the window.
    func hasMovedOn(in snapshot: borrowing Snapshot, at now: Position) throws -> Bool {
        var found = false
        for base in bases where !found {
            try snapshot.changes(at: base, after: upper, to: now) { _ in
                found = true
                return false
            }
            try snapshot.erased(at: base, after: upper, to: now) { _, _, _ in
                found = true
                return false
            }
        }
        return found
    }

    /// The lists of the schools, merged; of each no more is held than can be among the next ones.
    private func changes(
        after place: ChangeCursor.Place?,
        to last: Position,
        _ snapshot: borrowing Snapshot
    ) throws -> [Item] {
        let first = place.map { Position(max($0.version.rawValue, 1) - 1) } ?? lower
        var found: [Item] = []
        var bound = last
        /// Takes an item in; false when it and all that follow in its list come too late to be among the next ones.
        func take(_ item: Item) -> Bool {
            guard item.version <= bound else { return false }
            if let place, !item.isAfter(place) { return true }
            if found.last != item { found.append(item) }
            if found.count >= 2 * Self.count {
                Self.order(&found)
                if found.count == Self.count, let last = found.last { bound = last.version }
            }
            return true
        }
        for base in bases {
            try snapshot.changes(at: base, after: max(first, lower), to: last) { change in
                take(Item(version: change.position, entity: change.entity, base: base))
            }
            // Of the erased no list of changes has anything left.
            try snapshot.erased(at: base, after: max(first, lower), to: last) { subject, kind, position in
                take(Item(version: position, entity: subject, base: base, erased: kind ?? .pupil))
            }
        }
        Self.order(&found)
        return found
    }

    private func all(
        at position: Position,
        after place: ChangeCursor.Place?,
        _ snapshot: borrowing Snapshot
    ) throws -> [Item] {
        var found: [Item] = []
        for base in bases {
            for kind in EntityKind.allCases where kind.rawValue >= place?.kind ?? 0 && found.count < Self.count {
                let after = place.flatMap { $0.kind == kind.rawValue ? $0.entity : nil }
                try snapshot.entities(kind, at: base, after: after) { id in
                    found.append(Item(version: position, kind: kind.rawValue, entity: id, base: base))
                    return found.count < Self.count
                }
            }
        }
        return found.sorted()
    }

    /// The first ones in order, one for each entity at a position.
    private static func order(_ items: inout [Item]) {
        items.sort()
        var kept: [Item] = []
        for item in items where kept.count < count {
            if let last = kept.last, last.version == item.version, last.entity == item.entity { continue }
            kept.append(item)
        }
        items = kept
    }
}
