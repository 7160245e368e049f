import Identifiers
import Sealing

/// Writes the records of some of a batch's events: leaf, open part, sealed parts.
final class EventSealer: @unchecked Sendable {
    // Sendable: the pool hands it to one thread at a time.

    /// Events whose keys are read ahead together, so that the waits for memory overlap.
    private static let eventsAhead = 64

    private var parts: PartSealer
    /// What was read ahead: kept, so that the reading is not optimised away.
    private var readAhead: UInt64 = 0
    private var hash: SHA256
    /// The open part hashed last, and its digest: the events of an import run have one and the same.
    private var lastOpen: (bytes: [UInt8], digest: Digest)

    init(randomness: any RandomBytes) {
        parts = PartSealer(randomness: randomness)
        var hash = SHA256()
        lastOpen = ([], hash.finish())
        self.hash = hash
    }

    /// Seals events of a batch into its buffer.
    ///
    /// - Returns: the code of each part's plaintext under its data key, in order.
    func seal(
        _ work: EncodingWork,
        _ range: Range<Int>,
        under keys: borrowing KeyView
    ) -> Result<[Digest], EventLogError> {
        var codes: [Digest] = []
        codes.reserveCapacity(range.count)
        do throws(EventLogError) {
            for index in range {
                if (index - range.lowerBound) % Self.eventsAhead == 0 {
                    readAhead(work.batch.events[index..<min(index + Self.eventsAhead, range.upperBound)], keys)
                }
                try seal(work, index, under: keys, codes: &codes)
            }
            return .success(codes)
        } catch {
            return .failure(error)
        }
    }

    private func seal(
        _ work: EncodingWork,
        _ index: Int,
        under keys: borrowing KeyView,
        codes: inout [Digest]
    ) throws(EventLogError) {
        let event = work.batch.events[index]
        let record = work.buffer.slice(work.offsets[index]..<work.offsets[index + 1])
        let openEnd = RecordLayout.leafBytes + event.open.count
        event.open.withUnsafeBytes { if !$0.isEmpty { record.copy($0, at: RecordLayout.leafBytes) } }
        let context = SealingContext(
            log: work.log,
            type: event.type,
            schemaVersion: event.schemaVersion,
            base: event.base,
            stream: event.stream,
            actor: work.batch.actor,
            command: work.batch.command,
            indexInBatch: UInt32(index)
        )
        let root = try parts.seal(
            event.parts,
            of: context,
            under: keys,
            into: UnsafeMutableRawBufferPointer(rebasing: record[openEnd...]),
            codes: &codes
        )
        writeLeaf(of: event, work, index, root: root, into: record)
    }

    private func readAhead(_ events: ArraySlice<NewEvent>, _ keys: borrowing KeyView) {
        for event in events {
            for part in event.parts { readAhead ^= keys.readAhead(part.subject, part.dataClass) }
        }
    }

    private func openDigest(of open: [UInt8]) -> Digest {
        if open != lastOpen.bytes { lastOpen = (open, hash.digest(of: open)) }
        return lastOpen.digest
    }

    private func writeLeaf(
        of event: NewEvent,
        _ work: EncodingWork,
        _ index: Int,
        root: Digest,
        into record: UnsafeMutableRawBufferPointer
    ) {
        func field(_ offset: Int) -> UnsafeMutableRawBufferPointer {
            UnsafeMutableRawBufferPointer(rebasing: record[offset...])
        }
        UnsafeMutableRawBufferPointer(rebasing: record[..<RecordLayout.leafBytes])
            .initializeMemory(as: UInt8.self, repeating: 0)
        record.putBigEndian(RecordLayout.magic, at: 0)
        record.putBigEndian(event.type.rawValue, at: RecordLayout.type)
        record.putBigEndian(event.schemaVersion, at: RecordLayout.schemaVersion)
        record.putBigEndian(work.batch.recordedAt.microseconds, at: RecordLayout.recordedAt)
        event.base.write(into: field(RecordLayout.base))
        event.stream.write(into: field(RecordLayout.stream))
        work.batch.actor.write(into: field(RecordLayout.actor))
        work.batch.command.write(into: field(RecordLayout.command))
        record.putBigEndian(UInt32(index), at: RecordLayout.indexInBatch)
        record.putBigEndian(UInt32(work.batch.events.count), at: RecordLayout.eventsInBatch)
        record.putBigEndian(event.cause.rawValue, at: RecordLayout.cause)
        record.putBigEndian(work.epoch, at: RecordLayout.epoch)
        record.putBigEndian(UInt16(event.parts.count), at: RecordLayout.partCount)
        record.putBigEndian(UInt32(event.open.count), at: RecordLayout.openLength)
        openDigest(of: event.open).write(into: field(RecordLayout.openDigest))
        root.write(into: field(RecordLayout.partsRoot))
    }
}
