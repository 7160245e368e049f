import Glibc
import Identifiers

/// One set of a backup: the log from its first event on, in pieces, with the manifest that names them.
///
/// A piece is a segment of the write-ahead log in form, without zeros behind its last frame: the same bytes of records,
/// the same checksums, one chain of frames through all pieces.
public struct BackupSet: Sendable {
    /// Its folder.
    public let folder: String
    /// Its number among the sets of its place, from 1.
    public let number: Int

    var manifestFile: String { folder + "/manifest" }

    func pieceFile(_ number: UInt64) -> String { folder + "/" + Segment.name(number) }

    /// What it holds; nil when nothing of it was ever finished writing.
    ///
    /// - Throws: `backupDamaged`.
    public func manifest() throws -> BackupManifest? {
        guard let lines = try CheckedText.read(manifestFile) else { return nil }
        guard let manifest = BackupManifest(lines) else {
            throw EventLogError.backupDamaged(manifestFile, "says what this program does not know")
        }
        return manifest
    }

    /// True when every piece that the manifest names is there with its length: a look, no check.
    func hasPieces(of manifest: BackupManifest) -> Bool {
        manifest.pieces.allSatisfy { piece in
            var status = stat()
            return stat(pieceFile(piece.number), &status) == 0 && Int(status.st_size) == piece.bytes
        }
    }

    /// Removes what the manifest does not name: left by a backup that was cut off.
    func removeLeftovers(_ manifest: BackupManifest) throws {
        let named = Set(manifest.pieces.map { Segment.name($0.number) } + ["manifest"])
        for name in try Folder.names(folder) where !named.contains(name) { try Folder.remove(folder + "/" + name) }
    }

    /// Reads pieces from the first byte to the last, checking each frame's checksum, the chain of frames, and that
    /// batches are whole.
    ///
    /// - Parameters:
    ///   - manifest: what it has to hold.
    ///   - pieces: which; nil for all.
    ///   - visit: takes the batches of a frame, in order.
    /// - Throws: `backupDamaged` naming the file, or what the visitor throws.
    func scan(
        _ manifest: BackupManifest,
        pieces: Range<Int>? = nil,
        _ visit: ([SealedBatch]) throws -> Void
    ) throws {
        let range = pieces ?? 0..<manifest.pieces.count
        for index in range {
            let before = index > 0 ? manifest.pieces[index - 1] : nil
            let frames = manifest.pieces[..<index].reduce(0) { $0 + $1.frames }
            try scan(manifest.pieces[index], of: manifest.log, behind: before, frames: frames, visit)
        }
    }

    private func scan(
        _ piece: BackupManifest.Piece,
        of log: LogID,
        behind before: BackupManifest.Piece?,
        frames: Int,
        _ visit: ([SealedBatch]) throws -> Void
    ) throws {
        let path = pieceFile(piece.number)
        var status = stat()
        guard stat(path, &status) == 0 else { throw EventLogError.backupDamaged(path, "is missing") }
        guard Int(status.st_size) == piece.bytes else {
            throw EventLogError.backupDamaged(path, "has another length than was written")
        }
        let found: SegmentScan
        var visiting = false
        do {
            found = try SegmentScan(path: path, log: log) { frame, payload in
                let batches = try FrameReader(frame: frame, payload: payload).batches()
                visiting = true
                try visit(batches)
                visiting = false
            }
        } catch let error as EventLogError where !visiting && error.code != .newerFormat && error.code != .fileFailed {
            throw EventLogError(.backupDamaged, EventLogError.backupDamaged(path).message, cause: error)
        }
        let header = found.header
        let isWhole =
            header.number == piece.number && header.firstPosition == piece.positions.lowerBound
            && header.previousFrame == UInt64(frames) && header.previousCRC == before?.lastCRC ?? 0
            && found.endOffset == piece.bytes && found.lastFrame == UInt64(frames + piece.frames)
            && found.lastCRC == piece.lastCRC && found.nextPosition == piece.positions.upperBound.next
        guard isWhole else { throw EventLogError.backupDamaged(path) }
    }

    /// Visits the leaf and the open part of every event, oldest first, everything checked on the way.
    ///
    /// - Throws: `backupDamaged` naming the file, or what the visitor throws.
    public func forEachEvent(
        _ manifest: BackupManifest,
        _ visit: (LeafView, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try scan(manifest) { batches in
            for batch in batches {
                for index in 0..<batch.count {
                    let record = try RecordView(
                        parsing: batch.record(index),
                        expecting: Position(batch.firstPosition.rawValue + UInt64(index))
                    )
                    try visit(record.leaf, record.open)
                }
            }
        }
    }
}
