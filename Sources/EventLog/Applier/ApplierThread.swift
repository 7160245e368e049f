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
        let applier = Applier(file: file, keyMark: keyMark)
        var oldestSegment: UInt64 = 0
        while true {
            let batches = tail.takeForApplying(idleMilliseconds: settings.idleMilliseconds)
            guard let last = batches.last else { return }
            do {
                try Reserve.helping(layout) { try applier.apply(batches) }
                tail.applied(batches)
                if last.segment > oldestSegment { oldestSegment = try removeSegments(before: last.segment) }
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

    /// Unlinks segments all of whose events are in the log's file.
    private func removeSegments(before segment: UInt64) throws -> UInt64 {
        for name in try Folder.names(layout.wal) {
            guard let number = Segment.number(ofFile: name), number < segment else { continue }
            try Folder.remove(layout.wal + "/" + name)
        }
        return segment
    }
}
