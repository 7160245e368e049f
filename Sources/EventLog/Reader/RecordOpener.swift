import Identifiers
import Sealing

/// Makes recorded events of records, opening their parts when asked to; one for each read.
struct RecordOpener: ~Copyable {
    private let log: LogID
    private let keys: KeyStore
    private var opener = PartOpener()

    init(log: LogID, keys: KeyStore) {
        self.log = log
        self.keys = keys
    }

    /// Copies a record out of its block.
    ///
    /// - Parameters:
    ///   - record: the record.
    ///   - opening: opens the parts whose keys still exist.
    /// - Throws: `partDamaged` when a part is not what was sealed in this place.
    mutating func event(_ record: RecordView, opening: Bool) throws -> RecordedEvent {
        let leaf = record.leaf
        var event = RecordedEvent(leaf, open: [UInt8](record.open))
        guard leaf.partCount > 0 else { return event }
        event.parts.reserveCapacity(leaf.partCount)
        if opening { opener.begin(SealingContext(log: log, leaf: leaf)) }
        try record.forEachPart { row, sealed in
            let fields = SealedPartRow(reading: row)
            var part = RecordedPart(
                keyID: fields.keyID,
                generation: fields.generation,
                dataClass: fields.dataClass,
                sealedLength: fields.sealedLength,
                subject: nil,
                plaintext: nil
            )
            if opening { try open(&part, row: row, sealed: sealed) }
            event.parts.append(part)
        }
        return event
    }

    private mutating func open(
        _ part: inout RecordedPart,
        row: UnsafeRawBufferPointer,
        sealed: UnsafeRawBufferPointer
    ) throws {
        var subject: SubjectID?
        let plaintext = try [UInt8](unsafeUninitializedCapacity: sealed.count - Seal.tagCount) { buffer, count in
            let output = UnsafeMutableRawBufferPointer(
                rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(sealed.count - Seal.tagCount)]
            )
            subject = try keys.withKeys { keys throws(EventLogError) in
                try opener.open(row: row, sealed: sealed, under: keys, into: output)
            }
            count = subject == nil ? 0 : output.count
        }
        part.subject = subject
        part.plaintext = subject == nil ? nil : plaintext
    }
}

extension SealingContext {
    /// The context that a record's parts were sealed in.
    init(log: LogID, leaf: LeafView) {
        self.init(
            log: log,
            type: leaf.type,
            schemaVersion: leaf.schemaVersion,
            base: leaf.base,
            stream: leaf.stream,
            actor: leaf.actor,
            command: leaf.command,
            indexInBatch: leaf.indexInBatch
        )
    }
}

extension RecordedEvent {
    /// The leaf's fields, without parts.
    init(_ leaf: LeafView, open: [UInt8]) {
        self.init(
            position: leaf.position,
            type: leaf.type,
            schemaVersion: leaf.schemaVersion,
            base: leaf.base,
            stream: leaf.stream,
            streamVersion: leaf.streamVersion,
            previousInStream: leaf.previousInStream,
            treeIndex: leaf.treeIndex,
            actor: leaf.actor,
            command: leaf.command,
            recordedAt: leaf.recordedAt,
            indexInBatch: leaf.indexInBatch,
            eventsInBatch: leaf.eventsInBatch,
            cause: leaf.cause,
            epoch: leaf.epoch,
            open: open,
            parts: []
        )
    }
}
