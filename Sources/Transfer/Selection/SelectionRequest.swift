import EventLog
import Identifiers
import School

/// What a run asks for.
public struct SelectionRequest: Sendable, Hashable {
    /// The school.
    public var base: BaseID
    /// To whom.
    public var recipient: RecipientID
    /// What may leave.
    public var export: ApprovedExport
    /// Everything, or what changed.
    public var type: TaskDefinition.DataType
    /// The exclusive lower bound; the upper bound is the state's position.
    public var lower: Position
    /// The day, in the same form as `today`, of the event at the lower bound; nil at the beginning of the log.
    ///
    /// Leaving dates before it had come when the run before this one looked.
    public var lastDay: String?
    /// The day of the run in Europe/London, yyyy-MM-dd: a leaving date that is still to come is no leaving.
    public var today: String
    /// Where the school got its present DfE number in place of another; the origin for never.
    public var renumbered = Position.origin
    /// Sends what the recipient has already, too (`task run --ignore-cache`).
    public var ignoresCache: Bool
    /// What the file will be: some formats tell whole pupils only.
    public var format = TransferFormat.ces

    /// Makes a request.
    public init(
        base: BaseID,
        recipient: RecipientID,
        export: ApprovedExport,
        type: TaskDefinition.DataType,
        lower: Position,
        lastDay: String? = nil,
        today: String,
        ignoresCache: Bool = false
    ) {
        self.base = base
        self.recipient = recipient
        self.export = export
        self.type = type
        self.lower = lower
        self.lastDay = lastDay
        self.today = today
        self.ignoresCache = ignoresCache
    }

    /// Whether everyone is looked at: for a snapshot; when the acceptance is newer than the cursor, since then groups may
    /// be granted whose changes lie before it, and pupils may have been told that sharing ended; and when the school's
    /// number is newer, since every registration names it.
    var looksAtEveryone: Bool { type == .snapshot || max(export.acceptance, renumbered) > lower }
}
