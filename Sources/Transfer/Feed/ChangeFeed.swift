import EventLog
import Identifiers
import Projections
import School

/// Tells consumers what changed since they asked last: the net of each window, each thing once, by cursors that are
/// refused when they cannot be answered truly.
///
/// A window reaches from behind a cursor to what state has reached when its first page is read. A page holds no more than
/// its limit, and what is looked at for it a fixed number of index rows; neither grows with the store.
public struct ChangeFeed: Sendable {
    private let state: State
    private let log: any EventSource
    private let oldest: Position

    /// How many lines a page has at most.
    public static let limitMax = 5000

    /// Reads a store's changes.
    ///
    /// - Parameters:
    ///   - state: the projections, `entities`, `subject-history` and `erasure-notices` among them.
    ///   - log: the log that they follow.
    ///   - oldest: what happened up to here is no longer kept; nothing is dropped yet, so the origin.
    public init(state: State, log: any EventSource, oldest: Position = .origin) {
        self.state = state
        self.log = log
        self.oldest = oldest
    }

    /// The positions that can be asked for.
    public func available() throws -> ChangeRange {
        ChangeRange(oldest: oldest, newest: try state.catchUp())
    }

    /// The cursor of a consumer that wants nothing of before.
    public func end(of selection: FeedSelection) throws -> ChangeCursor {
        cursor(at: try available().newest, selection)
    }

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - cursor: what the page before gave; nil to begin with everything that there is.
    ///   - selection: what is asked for, the same as the cursor was given out under.
    ///   - limit: how many lines at most, from 1 to `limitMax`.
    /// - Throws: what `ChangeCursor.check` refuses; `notAccepted`; `unknown` for a report without a school.
    public func page(since cursor: ChangeCursor?, _ selection: FeedSelection, limit: Int = 500) throws -> FeedPage {
        let newest = try state.catchUp()
        return try state.read { snapshot in
            let now = max(newest, try snapshot.checkpoint().position)
            let available = ChangeRange(oldest: oldest, newest: now)
            try cursor?.check(selection, log: log.logID, epoch: log.epoch, available: available)
            let gate = try FeedGate(selection, in: snapshot)
            let since = cursor ?? self.cursor(at: oldest, selection)
            // Once the leave has ended nothing more of the old window is told; the end itself is in a new one.
            let place =
                gate.isEnding && gate.turn.map({ $0.position > since.place?.upper ?? now }) == true
                ? nil : since.place
            let upper = place?.upper ?? now
            let turn = gate.turn?.position
            if gate.isEnding, turn.map({ $0 <= since.lower }) == true || cursor == nil {
                throw FeedGate.notAccepted(selection.report ?? "")
            }
            let everyone = turn.flatMap { $0 > since.lower && $0 <= upper && since.lower > oldest ? $0 : nil }
            var bases: [BaseID] = []
            if let base = selection.base { bases = [base] } else { bases = try snapshot.bases().map(\.id) }
            let scan = FeedScan(lower: since.lower, upper: upper, bases: bases, everyone: everyone)
            let net = NetChange(
                gate: gate,
                log: log,
                lower: since.lower,
                known: since.known,
                upper: upper,
                everyone: everyone
            )
            var reading = Reading(place: place, limit: min(max(limit, 1), Self.limitMax))
            try reading.run(scan, net, snapshot)
            var page = FeedPage(
                available: available,
                lower: since.lower,
                upper: upper,
                lines: reading.lines,
                hasMore: reading.hasMore,
                next: since
            )
            var isTorn = false
            if place != nil { isTorn = try scan.hasMovedOn(in: snapshot, at: now) }
            page.next = next(reading, since, upper, isTorn: isTorn)
            return page
        }
    }

    private func cursor(at position: Position, _ selection: FeedSelection) -> ChangeCursor {
        ChangeCursor(
            log: log.logID,
            epoch: log.epoch,
            lower: position,
            known: position,
            binding: selection.binding
        )
    }

    private func next(
        _ reading: Reading,
        _ since: ChangeCursor,
        _ upper: Position,
        isTorn: Bool
    ) -> ChangeCursor {
        var place = reading.place
        place?.upper = upper
        return ChangeCursor(
            log: since.log,
            epoch: since.epoch,
            lower: reading.hasMore ? since.lower : upper,
            known: reading.hasMore || isTorn ? since.known : upper,
            binding: since.binding,
            place: reading.hasMore ? place : nil
        )
    }

    /// The lines of one page, and how far they reach.
    private struct Reading {
        var place: ChangeCursor.Place?
        let limit: Int
        var lines: [FeedLine] = []
        var hasMore = false

        init(place: ChangeCursor.Place?, limit: Int) {
            self.place = place
            self.limit = limit
        }

        mutating func run(_ scan: FeedScan, _ net: NetChange, _ snapshot: borrowing Snapshot) throws {
            while true {
                let items = try scan.items(after: place, in: snapshot)
                if items.isEmpty { return }
                for item in items {
                    let line = try net.line(item, in: snapshot)
                    if let line {
                        // The line that no longer fits is looked at again on the next page.
                        guard lines.count < limit else {
                            hasMore = true
                            return
                        }
                        lines.append(line)
                    }
                    place = ChangeCursor.Place(
                        upper: scan.upper,
                        version: item.version,
                        kind: item.kind,
                        entity: item.entity
                    )
                }
            }
        }
    }
}
