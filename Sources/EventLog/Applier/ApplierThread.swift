import Glibc
import LMDB

/// Applies the tail in the background: in large commits while much comes in, and what there is when the log rests.
struct ApplierThread: Sendable {
    let file: LogFile
    let layout: StoreLayout
    let tail: Tail
    let keyMark: @Sendable () -> KeyMark
    let settings: LogSettings
    let onFailure: @Sendable (EventLogError) -> Void

    /// Runs until the tail is stopped.
    func run() {
        var oldestSegment: UInt64 = 0
        var check = HourlyCheck(now: Self.seconds())
        while true {
            let batches = tail.takeForApplying(idleMilliseconds: settings.idleMilliseconds) {
                // A slot left by a reader that died would keep its pages from being used again. Failing hinders nothing.
                if check.isDue(now: Self.seconds()) { _ = try? file.environment.clearDeadReaders() }
            }
            if batches.isEmpty { return }
            do {
                try apply(batches, &oldestSegment)
            } catch {
                let failure = EventLogError(
                    .readOnly,
                    "the log's file cannot be written; what was acknowledged is safe in the WAL. Free some space or "
                        + "check the disk, then run the command again",
                    cause: error
                )
                tail.failed(failure)
                onFailure(failure)
            }
        }
    }

    /// Applies batches in one commit; on a full disk in small ones, with the reserve given back, and each segment's
    /// space as soon as it is through.
    private func apply(_ batches: [SealedBatch], _ oldestSegment: inout UInt64) throws {
        do {
            return try commit(batches[...], &oldestSegment)
        } catch let error as EventLogError where error.code != .diskFull {
            throw error
        } catch {
            // LMDB cannot always tell a full disk from one that fails, so its errors are all given the second try.
            _ = Reserve.release(layout)
        }
        var rest = batches[...]
        while !rest.isEmpty {
            var bytes = 0
            let step = rest.prefix { batch in
                defer { bytes += batch.buffer.count }
                return bytes < Limits.stepBytes
            }
            try commit(step, &oldestSegment)
            rest = rest[step.endIndex...]
        }
    }

    private func commit(_ batches: ArraySlice<SealedBatch>, _ oldestSegment: inout UInt64) throws {
        guard let last = batches.last else { return }
        try Applier(file: file, keyMark: keyMark).apply(Array(batches))
        tail.applied(batches)
        if last.segment > oldestSegment { oldestSegment = try removeSegments(before: last.segment) }
    }

    /// Unlinks segments all of whose events are in the log's file.
    private func removeSegments(before segment: UInt64) throws -> UInt64 {
        for name in try Folder.names(layout.wal) {
            guard let number = Segment.number(ofFile: name), number < segment else { continue }
            try Folder.remove(layout.wal + "/" + name)
        }
        return segment
    }

    private static func seconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec
    }
}

/// What is to be done once an hour.
struct HourlyCheck {
    private var last: Int

    /// Begins an hour.
    init(now seconds: Int) { last = seconds }

    /// True once in each hour.
    mutating func isDue(now seconds: Int) -> Bool {
        guard seconds - last >= 3600 else { return false }
        last = seconds
        return true
    }
}
