import EventLog
import Identifiers
import School

/// How a run ended.
public struct RunOutcome: Sendable, Hashable {
    /// The run.
    public var run: RunID
    /// The task.
    public var task: TaskID
    /// The school.
    public var base: BaseID
    /// How it stands.
    public var state: RunState
    /// Why, for a run that was held or failed; `No Exceptions` else (S2-101).
    public var reason: String
    /// The same in one word, as `RunEnd` has it; empty else.
    public var code = ""
    /// What it did.
    public var counts: TransferCounts
    /// The files that lie in the recipient's folder now: data and manifest; none when nothing was sent.
    public var files: [String]
    /// Everything up to here went before.
    public var lower: Position
    /// The last position that the run looked at.
    public var upper: Position

    /// The words of the task log when all went well (S2-101).
    public static let noExceptions = "No Exceptions"

    init(
        _ run: TransferRun,
        _ state: RunState,
        reason: String = noExceptions,
        counts: TransferCounts = TransferCounts(),
        files: [String] = []
    ) {
        self.run = run.id
        task = run.task
        base = run.base
        self.state = state
        self.reason = reason
        self.counts = counts
        self.files = files
        lower = run.lower
        upper = run.upper
    }
}

/// How a run is to go.
public struct RunOptions: Sendable, Hashable {
    /// Sends what the recipient has already, too (rulings 19).
    public var ignoresCache: Bool
    /// Sends everyone and everything once more, as a snapshot of this task: what a recipient needs who has lost a file.
    public var isSnapshot: Bool

    /// Chooses.
    public init(ignoresCache: Bool = false, isSnapshot: Bool = false) {
        self.ignoresCache = ignoresCache
        self.isSnapshot = isSnapshot
    }
}

/// What a run would do now; nothing is written for it.
public struct RunPreview: Sendable {
    /// The task.
    public var task: TaskDefinition
    /// To whom it would go.
    public var recipient: Recipient
    /// The school.
    public var school: SendingSchool
    /// Why no data would leave; nil when some may.
    public var refusal: String?
    /// Under which leave; nil when refused.
    public var export: ApprovedExport?
    /// Who and what would be told.
    ///
    /// Personal data: it is shown to a person with a role and a reason.
    public var selection: Selection
    /// The bounds.
    public var bounds: ClosedRange<Position>

    /// For each group that would go: for how many pupils.
    public var pupilsByGroup: [DataGroup: Int] {
        selection.pupils.flatMap { $0.groups.map(\.group) }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}
