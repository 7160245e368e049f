import Identifiers
import Sealing

/// A batch as records, sealed and complete but for what the writer alone knows: position, stream version, back pointer
/// and tree index.
final class SealedBatch: @unchecked Sendable {
    // Sendable: one thread at a time has it: the caller that seals, then the writer, then readers of finished bytes.

    /// Names the append for ever.
    let command: CommandID
    /// SHA-256 over what the events say, for telling a repeat from a reuse.
    let fingerprint: Digest
    /// The key generation that it was sealed under.
    let generation: UInt32
    /// When, as the caller's clock read.
    let recordedAt: Timestamp
    /// What must hold of streams.
    let conditions: [StreamCondition]
    /// The records, one behind the other.
    let buffer: ByteBuffer
    /// Where each record begins, and behind the last, where it ends.
    let offsets: ContiguousArray<Int>
    /// The events in clear, for live projections; dropped when they have passed.
    let plain: [NewEvent]
    /// Set by the writer: the position of its first event.
    var firstPosition: Position = .origin
    /// Set by the writer: the WAL segment that holds it.
    var segment: UInt64 = 0

    init(
        command: CommandID,
        fingerprint: Digest,
        generation: UInt32,
        recordedAt: Timestamp,
        conditions: [StreamCondition],
        buffer: ByteBuffer,
        offsets: ContiguousArray<Int>,
        plain: [NewEvent]
    ) {
        self.command = command
        self.fingerprint = fingerprint
        self.generation = generation
        self.recordedAt = recordedAt
        self.conditions = conditions
        self.buffer = buffer
        self.offsets = offsets
        self.plain = plain
    }

    /// How many events.
    var count: Int { offsets.count - 1 }

    /// The position of the last event.
    var lastPosition: Position { Position(firstPosition.rawValue + UInt64(count) - 1) }

    /// The leaf of one event, as written.
    func leaf(_ index: Int) -> LeafView {
        let start = offsets[index]
        return LeafView(UnsafeRawBufferPointer(rebasing: buffer.bytes[start..<start + RecordLayout.leafBytes]))
    }

    /// One whole record.
    func record(_ index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: buffer.bytes[offsets[index]..<offsets[index + 1]])
    }

    /// Gives an event its place.
    func place(_ index: Int, at position: Position, after head: StreamHead, treeIndex: UInt64) {
        let leaf = buffer.slice(offsets[index]..<offsets[index] + RecordLayout.leafBytes)
        leaf.putBigEndian(position.rawValue, at: RecordLayout.position)
        leaf.putBigEndian(head.version + 1, at: RecordLayout.streamVersion)
        leaf.putBigEndian(head.position.rawValue, at: RecordLayout.previousInStream)
        leaf.putBigEndian(treeIndex, at: RecordLayout.treeIndex)
    }
}
