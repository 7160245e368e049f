import EventLog
import Identifiers
import Projections
import School

extension FuzzEntry {
    /// What stands in events.
    static let payloads: [FuzzEntry] = [
        FuzzEntry("payload", "an event: type 2, length of the open part 2, open part, plaintext of one part") { bytes in
            guard bytes.count >= 4 else { return }
            let type = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
            let open = bytes[4...].prefix(Int(bytes[2]) << 8 | Int(bytes[3]))
            _ = try DecodedEvent(event(type, open: [UInt8](open), plaintext: [UInt8](bytes[open.endIndex...])))
        },
        FuzzEntry("content", "the canonical bytes of a data group's content") { bytes in
            guard let content = GroupContent(canonicalBytes: bytes) else { return }
            precondition(
                GroupContent(canonicalBytes: content.canonicalBytes) == content,
                "a content that was read is not read again as the same"
            )
        },
    ]

    private static func event(_ type: UInt16, open: [UInt8], plaintext: [UInt8]) -> RecordedEvent {
        let part = RecordedPart(
            keyID: KeyID(high: 1, low: 1),
            generation: 1,
            dataClass: DataClass(rawValue: 1),
            sealedLength: plaintext.count + 16,
            subject: SubjectID(high: 2, low: 1),
            plaintext: plaintext
        )
        return RecordedEvent(
            position: Position(1),
            type: EventTypeNumber(rawValue: type),
            schemaVersion: 1,
            base: BaseID(high: 3, low: 1),
            stream: StreamID(high: 2, low: 1),
            streamVersion: 1,
            previousInStream: .origin,
            treeIndex: 0,
            actor: ActorID(high: 4, low: 1),
            command: CommandID(high: 5, low: 1),
            recordedAt: Timestamp(microseconds: 0),
            indexInBatch: 0,
            eventsInBatch: 1,
            cause: .origin,
            epoch: 1,
            open: open,
            parts: [part]
        )
    }
}
