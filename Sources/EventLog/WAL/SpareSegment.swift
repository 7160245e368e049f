import Glibc

/// The next segment, filled with zeros in the background before it is needed.
///
/// Filling 16 MiB and syncing it takes as long as a hundred appends; it must not fall on one of them.
final class SpareSegment: Sendable {
    private enum State {
        case none
        case filling(WorkerThread)
        case ready
    }

    private let path: String
    private let folder: String
    private let length: Int
    private let syncsFolder: Bool
    private let state = Monitor(State.none)

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
            guard case .none = state else { return }
            let path = path
            let length = length
            let thread = try? WorkerThread { [self] in
                let filled = (try? Segment.fill(path, length: length)) != nil
                self.state.change { $0 = filled ? .ready : .none }
            }
            if let thread { state = .filling(thread) }
        }
    }

    /// Turns the spare into a segment, or makes one when there is none or it is too small.
    func take(_ header: SegmentHeader, atLeast needed: Int = 0) throws -> Segment {
        let ready = state.wait { state -> Bool? in
            switch state {
            case .filling: return nil
            case .ready:
                state = .none
                return true
            case .none: return false
            }
        }
        guard ready, needed <= length else {
            let whole = (max(needed, length) + 4095) / 4096 * 4096
            return try Segment.create(in: folder, header, length: whole, syncsFolder: syncsFolder)
        }
        return try Segment.adopt(path, in: folder, header, length: length, syncsFolder: syncsFolder)
    }

    /// Waits for the filling to end and removes the file.
    func discard() {
        if case .filling(let thread) = state.with({ $0 }) { thread.join() }
        unlink(path)
    }
}
