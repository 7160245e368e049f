/// The largest sizes that the log takes, in one place, each with its reason.
///
/// A limit is checked when a batch is made and again when a record is read: what could not have been written is damage.
public enum Limits {
    /// Bytes of an event's open part.
    ///
    /// Open parts hold ids and counts; more than this is a design fault.
    public static let openPartBytes = 1 << 20
    /// Bytes of one sealed part with its tag.
    ///
    /// The largest single thing a school holds of a child is a long SEN plan.
    public static let partBytes = 16 << 20
    /// Bytes of one record.
    ///
    /// A register of a whole school fits many times over.
    public static let recordBytes = 32 << 20
    /// Bytes of all records of one batch: the frame must be held in memory and written in one piece.
    public static let batchBytes = 64 << 20
    /// Events of one batch: the count must leave room in 16 bits for other languages' readers.
    public static let batchEvents = 65_535
    /// Parts of one event: one per child of a large year group, ten times over.
    public static let eventParts = 4_096
    /// Bytes of a WAL segment unless set otherwise: filled with zeros beforehand, so not too large.
    public static let segmentBytes = 16 << 20
    /// Bytes aimed at for one block of packed records: large enough that page ends and index rows cost under 2%.
    public static let blockBytes = 64 * 4096 - 16
    /// Events that the applier gathers before it commits: enough for sorted index keys to share pages.
    public static let applyEvents = 100_000
    /// Bytes that the applier gathers before it commits.
    public static let applyBytes = 32 << 20
    /// Bytes of records that recovery, and an applier on a full disk, commit at a time: little, so that it fits.
    public static let stepBytes = 4 << 20
    /// Bytes of durable records that may wait for the applier before appends are slowed down.
    public static let tailBytes = 96 << 20
    /// How far a clock may step against the last event before it must be confirmed, in microseconds (24 hours).
    public static let clockStepMicroseconds: Int64 = 24 * 3600 * 1_000_000
}
