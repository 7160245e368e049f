import Glibc

/// The next segment, filled with zeros in the background before it is needed.
///
/// Filling 16 MiB and syncing it takes as long as a hundred appends; it must not fall on one of them.
final class SpareSegment: Sendable {
    private struct State {
        /// Fills the spare, or has filled it; joined by whoever takes the spare.
        var filling: WorkerThread?
        var isFilled = false
    }

    private let path: String
    private let folder: String
    private let length: Int
    private let syncsFolder: Bool
    private let state = Monitor(State())

    init(folder: String, settings: LogSettings) {
        self.folder = folder
        length = settings.segmentBytes
        syncsFolder = !settings.unsafe.contains(.skipsFolderSyncs)
        path = folder + "/spare"
    }

    /// Begins to fill a spare in the background.
    ///
    /// A failure shows when the spare is wanted: it is then made in place.
    func prepare() {
        state.with { state in
            guard state.filling == nil else { return }
            state.filling = try? WorkerThread { [self] in
                let isFilled = (try? Segment.fill(path, length: length)) != nil
                self.state.with { $0.isFilled = isFilled }
            }
        }
    }

    /// Turns the spare into a segment, or makes one when there is none or it is too small.
    func take(_ header: SegmentHeader, atLeast needed: Int = 0) throws -> Segment {
        let ready = finishFilling()
        guard ready, needed <= length else {
            let whole = (max(needed, length) + 4095) / 4096 * 4096
            return try Segment.create(in: folder, header, length: whole, syncsFolder: syncsFolder)
        }
        return try Segment.adopt(path, in: folder, header, length: length, syncsFolder: syncsFolder)
    }

    /// Waits for the filling to end and removes the file.
    func discard() {
        _ = finishFilling()
        unlink(path)
    }

    /// Waits for the thread that fills, if there is one; true when the spare is there.
    private func finishFilling() -> Bool {
        state.with { state in
            defer { state.filling = nil }
            return state.filling
        }?.join()
        return state.with { state in
            defer { state.isFilled = false }
            return state.isFilled
        }
    }
}
