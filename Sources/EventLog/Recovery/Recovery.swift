import Glibc
import Identifiers
import Sealing

/// Brings a store to order before it is used: the same steps after every close that was not clean (log.md section 2).
///
/// Frames that are not in the log's file yet are applied in full-sync transactions, the old segments are set aside for
/// good, and a fresh one begins. An old segment is never synced again: after a failed sync the kernel may call its
/// pages clean.
struct Recovery {
    /// What was found and done.
    struct Outcome: Sendable {
        /// Where the WAL goes on.
        var end: WALEnd
        /// The last event's time; nil for an empty log.
        var lastRecordedAt: Timestamp?
        /// True when the last close was in order and nothing had to be done.
        var wasClean: Bool
        /// Events that were brought from the WAL into the log's file.
        var eventsApplied: Int
        /// True when a frame was being written as the process or the power went: it was never acknowledged.
        var foundTornFrame: Bool
    }

    let layout: StoreLayout
    let log: LogID
    let file: LogFile
    let settings: LogSettings
    let keyMark: @Sendable () -> KeyMark
    /// A write or sync failed in this process: no segment of before is used again, however well it looks.
    var isAfterFailure = false
    /// Bytes of records for one commit.
    var stepBytes = Limits.stepBytes

    /// Recovers, or finds that nothing is to be done.
    ///
    /// - Throws: `walDamaged` naming file and offset; nothing has been changed then.
    func run() throws -> Outcome {
        let end = try file.end()
        let segments = try listSegments(from: end)
        if let clean = try cleanEnd(end, segments) {
            return Outcome(
                end: clean,
                lastRecordedAt: end.lastTime,
                wasClean: true,
                eventsApplied: 0,
                foundTornFrame: false
            )
        }
        let (chain, torn) = try examine(segments, from: end)
        var fresh = chain.end
        fresh.segment = max(chain.end.segment, end.wal.segment) + (segments.isEmpty ? 0 : 1)
        fresh.offset = 0
        let applied = try apply(segments, from: end, to: fresh)
        return Outcome(
            end: fresh,
            lastRecordedAt: applied.lastRecordedAt ?? end.lastTime,
            wasClean: false,
            eventsApplied: applied.events,
            foundTornFrame: torn
        )
    }

    /// Reads every frame before anything is changed: damage is told, and a torn end found.
    private func examine(_ segments: [UInt64], from end: LogEnd) throws -> (chain: Chain, isTorn: Bool) {
        var chain = Chain(end: end)
        var isTorn = false
        for (index, number) in segments.enumerated() {
            let path = path(number)
            let scan = try scan(number) { frame, payload in
                if frame.firstPosition > end.applied { _ = try FrameReader(frame: frame, payload: payload).batches() }
            }
            try chain.extend(with: scan, path: path)
            if case .torn(let offset) = scan.end {
                guard index + 1 == segments.count else {
                    throw EventLogError(
                        .walDamaged,
                        "\(path) at offset \(offset): a torn frame, but later segments exist"
                    )
                }
                isTorn = true
            }
        }
        return (chain, isTorn)
    }

    /// Brings unapplied frames into the log's file, in steps, and gives each segment's space back when it is through:
    /// on a full disk the reserve need only hold one segment's events and not the whole WAL's.
    private func apply(
        _ segments: [UInt64],
        from end: LogEnd,
        to fresh: WALEnd
    ) throws -> (events: Int, lastRecordedAt: Timestamp?) {
        let applier = Applier(file: file, keyMark: keyMark)
        var batches: [SealedBatch] = []
        var bytes = 0
        var events = 0
        var lastRecordedAt: Timestamp?
        var oldest = end.wal.segment
        for number in segments {
            _ = try scan(number) { frame, payload in
                guard frame.firstPosition > end.applied else { return }
                if bytes >= stepBytes {
                    try applier.apply(batches)
                    if let segment = batches.last?.segment, segment > oldest {
                        try removeSegments(upTo: segment)
                        oldest = segment
                    }
                    (batches, bytes) = ([], 0)
                }
                batches += try FrameReader(frame: frame, payload: payload).batches()
                bytes += frame.recordBytes
                events += frame.events
                lastRecordedAt = batches.last?.recordedAt
            }
        }
        try applier.apply(batches, continuation: .fresh, wal: fresh)
        // Only now: what the file said when it was opened may have been in the page cache alone, after a failed sync.
        // The commit above made it durable, so older segments are of no use any more.
        try removeSegments(upTo: fresh.segment)
        return (events, lastRecordedAt)
    }

    private func path(_ segment: UInt64) -> String { layout.wal + "/" + Segment.name(segment) }

    private func scan(
        _ segment: UInt64,
        visit: (FrameHeader, UnsafeRawBufferPointer) throws -> Void
    ) throws -> SegmentScan {
        try SegmentScan(
            path: path(segment),
            log: log,
            checksFrames: !settings.unsafe.contains(.skipsFrameChecksums),
            visit: visit
        )
    }

    /// The segments that may hold unapplied frames, in order; what is half made is removed.
    private func listSegments(from end: LogEnd) throws -> [UInt64] {
        var numbers: [UInt64] = []
        for name in try Folder.names(layout.wal) {
            guard let number = Segment.number(ofFile: name) else {
                try Folder.remove(layout.wal + "/" + name)
                continue
            }
            if number >= end.wal.segment { numbers.append(number) }
        }
        numbers.sort()
        let mayBeMissing = end.continuation == .fresh
        if numbers.first != end.wal.segment && !(mayBeMissing && numbers.isEmpty) {
            throw EventLogError(
                .walDamaged,
                "\(layout.wal) has no segment \(end.wal.segment): events may be missing. Restore it, or the store "
                    + "from a backup"
            )
        }
        for (index, number) in numbers.enumerated() where number != end.wal.segment + UInt64(index) {
            throw EventLogError(.walDamaged, "\(layout.wal) has segment \(number) but not the one before it")
        }
        return numbers
    }

    private func removeSegments(upTo fresh: UInt64) throws {
        for name in try Folder.names(layout.wal) {
            guard let number = Segment.number(ofFile: name), number < fresh else { continue }
            try Folder.remove(layout.wal + "/" + name)
        }
    }

    /// Where to go on when the last close was in order and the segment still ends exactly there.
    private func cleanEnd(_ end: LogEnd, _ segments: [UInt64]) throws -> WALEnd? {
        guard end.continuation == .clean, segments == [end.wal.segment], !isAfterFailure else { return nil }
        let path = layout.wal + "/" + Segment.name(end.wal.segment)
        let scan = try SegmentScan(path: path, log: log) { _, _ in }
        guard scan.end == .clean, scan.endOffset == end.wal.offset, scan.lastFrame == end.wal.frame,
            scan.lastCRC == end.wal.crc, scan.nextPosition == end.applied.next
        else { return nil }
        return end.wal
    }
}

extension LogEnd {
    /// The last applied event's time; nil for an empty log.
    var lastTime: Timestamp? { applied == .origin ? nil : recordedAt }
}

/// Checks that segments follow one another without a break.
private struct Chain {
    var end: WALEnd
    private var started = false
    private let applied: Position

    init(end: LogEnd) {
        self.end = end.wal
        applied = end.applied
    }

    mutating func extend(with scan: SegmentScan, path: String) throws {
        let header = scan.header
        let follows =
            started
            ? header.previousFrame == end.frame && header.previousCRC == end.crc && header.firstPosition == end.next
            : header.firstPosition <= applied.next
        guard follows else {
            throw EventLogError(.walDamaged, "\(path) does not follow what is before it: events may be missing")
        }
        started = true
        end.segment = header.number
        end.frame = scan.lastFrame
        end.crc = scan.lastCRC
        end.next = scan.nextPosition
        guard end.next > applied else {
            throw EventLogError(.walDamaged, "\(path) ends before events that the log already has: it was put back")
        }
    }
}
