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

    /// Whom the task is about.
    public var cohort = Cohort.everyYear
    /// Which marks it sends; nil for other data.
    public var marks: MarkFilter?

    /// The groups that the task sends, of those that may leave.
    public var groups: [DataGroup] { type.groups(of: export.groups) }

    /// True for a task about the record itself: the others tell neither who has left nor who is gone.
    var tellsStanding: Bool { !type.isPeriodic && cohort != .leavers }

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

    /// Whether everyone in reach is named, so that who is missing is out of reach: of a cohort nobody is missed.
    var namesEveryone: Bool { type == .snapshot && cohort == .everyYear }

    /// Everyone is to be looked at, whatever was before (`task run --snapshot`).
    public var isAskedForAll = false

    /// Whether everyone is looked at: for a snapshot; when the acceptance is newer than the cursor, since then groups may
    /// be granted whose changes lie before it, and pupils may have been told that sharing ended; and when the school's
    /// number is newer, since every registration names it.
    ///
    /// For marks, also when a new school year has begun since: their period is another one.
    var looksAtEveryone: Bool {
        type == .snapshot || isAskedForAll || max(export.acceptance, renumbered) > lower || hasNewPeriod
    }

    private var hasNewPeriod: Bool {
        guard marks != nil, let today = CalendarDate(iso: today) else { return false }
        guard let last = lastDay.flatMap({ CalendarDate(iso: $0) }) else { return true }
        return AcademicYear(of: last) != AcademicYear(of: today)
    }
}
