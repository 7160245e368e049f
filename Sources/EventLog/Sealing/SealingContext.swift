import Identifiers

/// What a sealed part is bound to besides its key: the event that it belongs to (log.md section 1, "Sealing").
public struct SealingContext: Equatable, Sendable {
    /// The log.
    public var log: LogID
    /// The event's type.
    public var type: EventTypeNumber
    /// Version of the payload's schema.
    public var schemaVersion: UInt16
    /// The event's base.
    public var base: BaseID
    /// The event's stream.
    public var stream: StreamID
    /// Who caused it.
    public var actor: ActorID
    /// The append call.
    public var command: CommandID
    /// The event's index in its batch, from 0.
    public var indexInBatch: UInt32

    /// Makes a context.
    @inlinable
    public init(
        log: LogID,
        type: EventTypeNumber,
        schemaVersion: UInt16,
        base: BaseID,
        stream: StreamID,
        actor: ActorID,
        command: CommandID,
        indexInBatch: UInt32
    ) {
        self.log = log
        self.type = type
        self.schemaVersion = schemaVersion
        self.base = base
        self.stream = stream
        self.actor = actor
        self.command = command
        self.indexInBatch = indexInBatch
    }
}

/// The associated data of a sealed part, in memory of its own that is written again for each event.
///
/// ```
/// big-endian, 110 bytes; from 16 to 88 the bytes of the leaf, 4 to 8 and 48 to 116, in their order
///  0 log id 16    16 type 2    18 schema version 2    20 base 16    36 stream 16    52 actor 16    68 command 16
/// 84 index in batch 4          88 key id 16          104 generation 4              108 data class 2
/// ```
/// Position and time are not in it: they are not known before the batch is queued, and the leaf binds them.
struct AssociatedData: ~Copyable {
    static let count = 110
    private static let rowStart = 88

    private let memory: UnsafeMutableRawBufferPointer

    init() { memory = .allocate(byteCount: Self.count, alignment: 16) }

    deinit { memory.deallocate() }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(memory) }

    /// Writes what one event's parts have in common.
    func set(_ context: SealingContext) {
        put(context.log, 0)
        memory.storeBytes(of: context.type.rawValue.bigEndian, toByteOffset: 16, as: UInt16.self)
        memory.storeBytes(of: context.schemaVersion.bigEndian, toByteOffset: 18, as: UInt16.self)
        put(context.base, 20)
        put(context.stream, 36)
        put(context.actor, 52)
        put(context.command, 68)
        memory.storeBytes(of: context.indexInBatch.bigEndian, toByteOffset: 84, as: UInt32.self)
    }

    /// Copies key id, generation and class from the front of a part's row.
    @inline(__always)
    func set(row: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[Self.rowStart...])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: row[SealedPartRow.identityRange]))
    }

    @inline(__always)
    private func put<Kind>(_ identifier: Identifier<Kind>, _ offset: Int) {
        identifier.write(into: UnsafeMutableRawBufferPointer(rebasing: memory[offset...]))
    }
}
