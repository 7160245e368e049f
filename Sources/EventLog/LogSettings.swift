/// How a log is opened.
///
/// The defaults suit a store in use; tests make things small.
public struct LogSettings: Sendable {
    /// A protection that a test takes away, to prove that its absence is seen.
    public enum Unsafe: String, Sendable, Hashable, CaseIterable {
        /// Appends are answered before the frame is synced.
        case acknowledgesBeforeSync = "ack-before-sync"
        /// A frame is taken for good without looking at its checksum.
        case skipsFrameChecksums = "no-frame-checksum"
        /// The log's file is committed without syncs.
        case appliesUnsynced = "apply-unsynced"
        /// A sync that failed is tried again, as if the file could still be trusted.
        case syncsAgain = "sync-again"
        /// A new WAL segment's name is not synced with its folder.
        case skipsFolderSyncs = "no-dir-sync"
    }

    /// Bytes of a WAL segment; a multiple of 4096.
    public var segmentBytes = Limits.segmentBytes
    /// Address space of the log's LMDB map in bytes.
    public var mapBytes = 1 << 40
    /// What a smaller map may grow to.
    public var mapBytesMax = 1 << 40
    /// Bytes kept in reserve for the day the disk is full; 0 for none.
    ///
    /// Recovery commits a segment's events before it can remove the segment: there must be room for one and its index.
    public var reserveBytes = 32 << 20
    /// Milliseconds without an append after which durable records are applied.
    public var idleMilliseconds = 1000
    /// Events gathered for one commit of the log's file.
    public var applyEvents = Limits.applyEvents
    /// Accepts a clock that stepped more than 24 hours from the last event.
    public var acceptsClockStep = false
    /// Leaves a change of keys that was cut off to `EventLog.finishKeyChange`, which makes copies first.
    public var keepsSupersededKeys = false
    /// Told of each position before it is let out: answered to an append, or shown to a reader or subscriber.
    ///
    /// It lets a test hold the log to everything that it has told anybody.
    public var acknowledged: (@Sendable (Position) -> Void)?
    /// Protections taken away, in tests only.
    public var unsafe: Set<Unsafe> = []

    /// The defaults.
    public init() {}
}
