import Glibc
import Identifiers
import LMDB
import Sealing

/// Writes one piece of a backup: frames of whole batches, read from the log's file a few blocks at a time.
struct PieceWriter {
    /// Bytes of records that a frame aims for; what is read in one transaction.
    private static let frameBytes = 4 << 20

    let log: EventLog
    let set: BackupSet
    let behind: BackupManifest

    /// Writes the piece behind the manifest's last one, whole and durable.
    ///
    /// - Parameters:
    ///   - end: the last position wanted, a batch's end that is in the log's file.
    ///   - bytes: where the piece ends at the latest, but for one frame.
    func write(through end: Position, bytes: Int) throws -> BackupManifest.Piece {
        let number = (behind.pieces.last?.number ?? 0) + 1
        let path = set.pieceFile(number)
        let first = behind.end.next
        let header = SegmentHeader(
            log: log.logID,
            number: number,
            firstPosition: first,
            previousCRC: behind.pieces.last?.lastCRC ?? 0,
            previousFrame: UInt64(behind.frames)
        )
        var crc = header.previousCRC
        var frames = 0
        var offset = FrameLayout.sector
        var next = first
        do {
            let file = try OpenFile(path + ".new", O_RDWR | O_CREAT | O_TRUNC)
            let sector = ByteBuffer(capacity: FrameLayout.sector, count: FrameLayout.sector)
            header.write(into: sector.memory)
            try file.write(sector.bytes, at: 0)
            repeat {
                let gathered = try gather(from: next, through: end)
                frames += 1
                let frame = FrameHeader(
                    log: log.logID,
                    segment: number,
                    number: header.previousFrame + UInt64(frames),
                    firstPosition: next,
                    events: gathered.events,
                    recordBytes: gathered.recordBytes,
                    batches: gathered.commands.count,
                    previousCRC: crc
                )
                let image = gathered.image(frame)
                crc = frame.seal(image.memory)
                try file.write(image.bytes, at: offset)
                offset += image.count
                next = Position(next.rawValue + UInt64(gathered.events))
            } while next <= end && offset < bytes
            try file.syncData()
            // What is read back comes from the disk, not from what was just put into memory.
            posix_fadvise(file.descriptor, 0, 0, POSIX_FADV_DONTNEED)
        }
        try Folder.replace(path, with: path + ".new")
        let last = Position(next.rawValue - 1)
        return BackupManifest.Piece(
            number: number,
            positions: first...last,
            frames: frames,
            bytes: offset,
            lastCRC: crc,
            lastLeaf: EventLog.hex(try log.leafHash(at: last) ?? [])
        )
    }

    /// Whole batches of records on their way into a frame.
    private struct Gathered {
        var memory = ByteBuffer(capacity: PieceWriter.frameBytes + (1 << 20))
        var recordBytes = 0
        var events = 0
        var commands: [CommandID] = []
        var fingerprints: [Digest] = []
        var endsBatch = false

        mutating func add(_ record: RecordView) {
            let needed = FrameLayout.headerBytes + recordBytes + record.count
            if needed > memory.memory.count { grow(to: needed) }
            let at = FrameLayout.headerBytes + recordBytes
            memory.memory.copy(record.leaf.bytes, at: at)
            memory.memory.copy(record.body, at: at + RecordLayout.leafBytes)
            recordBytes += record.count
            events += 1
            if record.leaf.indexInBatch == 0 { commands.append(record.leaf.command) }
            endsBatch = record.leaf.endsBatch
        }

        private mutating func grow(to needed: Int) {
            let larger = ByteBuffer(capacity: max(needed, memory.memory.count * 2))
            larger.memory.copyMemory(from: UnsafeRawBufferPointer(memory.memory))
            memory = larger
        }

        /// The frame's memory with records and fingerprints in their places.
        func image(_ frame: FrameHeader) -> ByteBuffer {
            let image = ByteBuffer(capacity: frame.frameBytes, count: frame.frameBytes)
            image.memory.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: memory.memory[..<(FrameLayout.headerBytes + recordBytes)])
            )
            var at = FrameLayout.headerBytes + recordBytes
            for fingerprint in fingerprints {
                fingerprint.write(into: image.slice(at..<at + FrameLayout.fingerprintBytes))
                at += FrameLayout.fingerprintBytes
            }
            return image
        }
    }

    /// Copies whole batches out of the log's file, in one short transaction, and then what is known of their commands.
    private func gather(from first: Position, through end: Position) throws -> Gathered {
        var gathered = Gathered()
        try log.gate.read {
            try log.file.forEachBlock(in: first...end) { block in
                try block.forEachRecord(from: first) { record in
                    guard record.leaf.position <= end else { return false }
                    if gathered.endsBatch && gathered.recordBytes >= Self.frameBytes { return false }
                    gathered.add(record)
                    return true
                } && !(gathered.endsBatch && gathered.recordBytes >= Self.frameBytes)
            }
        }
        guard gathered.endsBatch else {
            throw EventLogError(
                .blockDamaged,
                "the log's events behind \(first) do not end a batch: restore the store from a backup"
            )
        }
        gathered.fingerprints = try log.fingerprints(of: gathered.commands)
        return gathered
    }
}

extension EventLog {
    /// The fingerprints of commands that are in the log's file, in their order.
    func fingerprints(of commands: [CommandID]) throws -> [Digest] {
        try gate.read {
            try file.environment.read { transaction in
                try commands.map { command in
                    var key = KeyBytes()
                    key.append(command)
                    guard let row = try transaction.value(for: key, in: file.commands), row.byteCount == 44 else {
                        throw EventLogError(
                            .blockDamaged,
                            "a row of commands in \(file.environment.file) is missing: restore the store from a backup"
                        )
                    }
                    return row.withUnsafeBytes { Digest(reading: UnsafeRawBufferPointer(rebasing: $0[12..<44])) }
                }
            }
        }
    }
}
