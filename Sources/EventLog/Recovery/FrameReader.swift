import Identifiers
import Sealing

/// Takes a frame apart again into the batches that it was made of.
struct FrameReader {
    let frame: FrameHeader
    /// The frame's records and fingerprints.
    let payload: UnsafeRawBufferPointer

    /// The batches, each with memory of its own.
    ///
    /// - Throws: `recordDamaged` when the records do not fill the frame exactly.
    func batches() throws -> [SealedBatch] {
        var batches: [SealedBatch] = []
        let records = UnsafeRawBufferPointer(rebasing: payload[..<frame.recordBytes])
        var position = frame.firstPosition
        var offset = 0
        while offset < records.count {
            let start = offset
            var offsets: ContiguousArray<Int> = [0]
            let head = try RecordView(parsing: rest(records, offset), expecting: position).leaf
            let first = position
            for index in 0..<head.eventsInBatch {
                let record = try RecordView(parsing: rest(records, offset), expecting: position)
                guard record.leaf.indexInBatch == index, record.leaf.command == head.command else { throw broken() }
                offset += record.count
                offsets.append(offset - start)
                position = position.next
            }
            guard batches.count < frame.batches, offset - start <= Limits.batchBytes else { throw broken() }
            batches.append(
                batch(head, first: first, offsets: offsets, bytes: records[start..<offset], number: batches.count)
            )
        }
        guard batches.count == frame.batches,
            position.rawValue == frame.firstPosition.rawValue + UInt64(frame.events)
        else { throw broken() }
        return batches
    }

    private func rest(_ records: UnsafeRawBufferPointer, _ offset: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: records[offset...])
    }

    private func batch(
        _ leaf: LeafView,
        first: Position,
        offsets: ContiguousArray<Int>,
        bytes: Slice<UnsafeRawBufferPointer>,
        number: Int
    ) -> SealedBatch {
        let buffer = ByteBuffer(capacity: bytes.count, count: bytes.count)
        buffer.memory.copy(UnsafeRawBufferPointer(rebasing: bytes), at: 0)
        let fingerprint = frame.recordBytes + number * FrameLayout.fingerprintBytes
        let batch = SealedBatch(
            command: leaf.command,
            fingerprint: Digest(reading: UnsafeRawBufferPointer(rebasing: payload[fingerprint...])),
            generation: 0,
            recordedAt: leaf.recordedAt,
            conditions: [],
            buffer: buffer,
            offsets: offsets,
            plain: []
        )
        batch.firstPosition = first
        batch.segment = frame.segment
        return batch
    }

    private func broken() -> EventLogError {
        EventLogError(.recordDamaged, "WAL frame \(frame.number) holds records that do not fill it")
    }
}
