import Identifiers

/// Gives events their places: positions, stream versions, back pointers and tree indexes; checks what must hold.
///
/// Used by whoever holds the writer's turn. It knows what the log's file holds through `CommittedIndex` and remembers
/// what has been written since.
struct Sequencer {
    /// What became of a batch.
    enum Verdict {
        /// It has its place and awaits its flush.
        case placed
        /// It is in the log already, or in the group that is being formed.
        case repeated(Appended)
        /// It is refused; nothing was placed.
        case refused(EventLogError)
    }

    /// Events whose streams are looked at ahead, so that the waits for memory overlap.
    private static let eventsAhead = 256

    private let index: CommittedIndex
    private var heads = HeadTable()
    private var recentCommands: [CommandID: CommittedCommand] = [:]
    private var treeSizes: TreeSizes
    /// What was read ahead: kept, so that the reading is not optimised away.
    private var readAhead: UInt64 = 0
    private var trimmedAt: Position = .origin
    private(set) var next: Position
    private(set) var lastRecordedAt: Timestamp?
    private let acceptsClockStep: Bool

    /// Starts behind the last event of the log.
    init(index: CommittedIndex, next: Position, lastRecordedAt: Timestamp?, acceptsClockStep: Bool) throws {
        self.index = index
        self.next = next
        self.lastRecordedAt = lastRecordedAt
        self.acceptsClockStep = acceptsClockStep
        treeSizes = try index.treeSizes()
    }

    /// Judges a batch and, when it may go in, gives its events their places.
    ///
    /// Command ids are looked at before versions: a repeat of what succeeded must not fail for having succeeded.
    mutating func place(_ batch: SealedBatch, generation: UInt32) throws -> Verdict {
        if let known = try command(batch.command) {
            guard known.fingerprint == batch.fingerprint else {
                return .refused(
                    EventLogError(.commandReused, "this command id was used before, for something else")
                )
            }
            return .repeated(Appended(first: known.first, count: Int(known.count), repeated: true))
        }
        guard batch.generation == generation else {
            return .refused(EventLogError(.keysChanged, "keys changed while this was being prepared: decide again"))
        }
        for condition in batch.conditions where try head(condition.stream).version != condition.version {
            return .refused(
                EventLogError(
                    .versionConflict,
                    "stream \(condition.stream) is no longer at version \(condition.version): "
                        + "somebody else changed it; look again and repeat"
                )
            )
        }
        if let refusal = clockRefusal(batch.recordedAt) { return .refused(refusal) }
        batch.firstPosition = next
        for index in 0..<batch.count {
            if index % Self.eventsAhead == 0 {
                for ahead in index..<min(index + Self.eventsAhead, batch.count) {
                    readAhead ^= heads.readAhead(batch.leaf(ahead).stream)
                }
            }
            let leaf = batch.leaf(index)
            let stream = leaf.stream
            let base = leaf.base
            let head = try head(stream)
            let treeIndex = treeSizes[base]
            batch.place(index, at: next, after: head, treeIndex: treeIndex)
            heads.set(stream, StreamHead(version: head.version + 1, position: next))
            treeSizes[base] = treeIndex + 1
            next = next.next
        }
        recentCommands[batch.command] = CommittedCommand(
            first: batch.firstPosition,
            count: UInt32(batch.count),
            fingerprint: batch.fingerprint
        )
        lastRecordedAt = batch.recordedAt
        return .placed
    }

    /// Forgets what the log's file now holds.
    mutating func trim(applied: Position) {
        guard applied > trimmedAt else { return }
        trimmedAt = applied
        heads.trim(applied: applied)
        if recentCommands.count > 4096 {
            recentCommands = recentCommands.filter { $0.value.first > applied }
        }
    }

    /// The head of a stream: as placed lately, or as the log's file has it.
    mutating func head(_ stream: StreamID) throws -> StreamHead {
        if let head = heads[stream] { return head }
        let head = try index.head(of: stream)
        heads.set(stream, head)
        return head
    }

    private func command(_ id: CommandID) throws -> CommittedCommand? {
        if let known = recentCommands[id] { return known }
        return try index.command(id)
    }

    private func clockRefusal(_ time: Timestamp) -> EventLogError? {
        guard !acceptsClockStep, let last = lastRecordedAt else { return nil }
        let (step, overflow) = time.microseconds.subtractingReportingOverflow(last.microseconds)
        // Forward steps are ordinary: a store may rest for a holiday. Backward ones are a clock set wrong, then or now.
        guard overflow || step < -Limits.clockStepMicroseconds else { return nil }
        return EventLogError(
            .clockStepped,
            "the clock is more than 24 hours before the last event: set it right, or confirm it with --clock-ok"
        )
    }
}
