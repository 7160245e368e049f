import Identifiers
import Sealing

/// A view of a leaf's fields, read in place from 208 bytes that somebody else keeps alive.
///
/// Replay filters on it without opening anything. It must not outlive the closure that it is handed to.
public struct LeafView {
    /// The leaf's bytes, exactly 208.
    @usableFromInline let bytes: UnsafeRawBufferPointer

    /// Wraps bytes whose length and checksum the caller has checked.
    @inlinable
    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// What happened.
    @inlinable public var type: EventTypeNumber { EventTypeNumber(rawValue: bytes.bigEndian(4)) }
    /// Version of the payload's schema.
    @inlinable public var schemaVersion: UInt16 { bytes.bigEndian(6) }
    /// Place in the log.
    @inlinable public var position: Position { Position(bytes.bigEndian(8)) }
    /// Place in the stream, from 1.
    @inlinable public var streamVersion: UInt64 { bytes.bigEndian(16) }
    /// The stream's event before it.
    @inlinable public var previousInStream: Position { Position(bytes.bigEndian(24)) }
    /// Index in its base's tree, from 0.
    @inlinable public var treeIndex: UInt64 { bytes.bigEndian(32) }
    /// When, as read.
    @inlinable public var recordedAt: Timestamp { Timestamp(microseconds: bytes.bigEndian(40)) }
    /// The base whose tree holds it.
    @inlinable public var base: BaseID { BaseID(reading: UnsafeRawBufferPointer(rebasing: bytes[48..<64])) }
    /// The stream it belongs to.
    @inlinable public var stream: StreamID { StreamID(reading: UnsafeRawBufferPointer(rebasing: bytes[64..<80])) }
    /// Who caused it.
    @inlinable public var actor: ActorID { ActorID(reading: UnsafeRawBufferPointer(rebasing: bytes[80..<96])) }
    /// The append call it came in.
    @inlinable public var command: CommandID { CommandID(reading: UnsafeRawBufferPointer(rebasing: bytes[96..<112])) }
    /// Index in its batch, from 0.
    @inlinable public var indexInBatch: UInt32 { bytes.bigEndian(112) }
    /// How many events its batch has.
    @inlinable public var eventsInBatch: UInt32 { bytes.bigEndian(116) }
    /// The event that led to it.
    @inlinable public var cause: Position { Position(bytes.bigEndian(120)) }
    /// The log's epoch.
    @inlinable public var epoch: UInt32 { bytes.bigEndian(128) }
    /// How many sealed parts follow.
    @inlinable public var partCount: Int { Int(bytes.bigEndian(134) as UInt16) }
    /// Bytes of the open part.
    @inlinable public var openLength: Int { Int(bytes.bigEndian(136) as UInt32) }
    /// SHA-256 of the open part.
    public var openDigest: [UInt8] { [UInt8](bytes[144..<176]) }
    /// RFC 6962 root over the parts.
    public var partsRoot: [UInt8] { [UInt8](bytes[176..<208]) }
    /// Whether it has this digest of the open part.
    func tells(openDigest digest: Digest) -> Bool {
        digest == Digest(reading: UnsafeRawBufferPointer(rebasing: bytes[144..<176]))
    }
    /// Whether it has this root over the parts.
    func tells(partsRoot root: Digest) -> Bool {
        root == Digest(reading: UnsafeRawBufferPointer(rebasing: bytes[176..<208]))
    }
    /// The 208 bytes themselves, copied: what a tree hashes and a proof shows.
    public var copied: [UInt8] { [UInt8](bytes) }

    /// True for the last event of its batch.
    @inlinable public var endsBatch: Bool { indexInBatch &+ 1 == eventsInBatch }

    /// Checks what every version 1 leaf must say; a leaf that does not was not written by this format.
    func check(expecting position: Position) throws {
        let magic: UInt32 = bytes.bigEndian(0)
        let flags: UInt16 = bytes.bigEndian(RecordLayout.flags)
        let zero: UInt32 = bytes.bigEndian(RecordLayout.zero)
        guard magic == RecordLayout.magic, zero == 0 else {
            throw EventLogError(.recordDamaged, "record \(position): not a version 1 leaf")
        }
        guard flags == 0 else {
            throw EventLogError(.newerFormat, "record \(position) has flags of a newer syncd: use that version")
        }
        guard self.position == position, streamVersion > 0, epoch > 0, indexInBatch < eventsInBatch,
            eventsInBatch <= Limits.batchEvents, openLength <= Limits.openPartBytes, partCount <= Limits.eventParts
        else {
            throw EventLogError(.recordDamaged, "record \(position): its leaf contradicts itself")
        }
    }
}
