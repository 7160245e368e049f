import EventLog
import Identifiers

/// A run of a task for one base, as fixed when it begins.
public struct TransferRun: Sendable, Hashable {
    /// The run.
    public var id: RunID
    /// The task.
    public var task: TaskID
    /// The school.
    public var base: BaseID
    /// The recipient.
    public var recipient: RecipientID
    /// The stream that its events go into: that of transfers from the base to the recipient's party.
    public var stream: StreamID
    /// Everything up to here went before.
    public var lower: Position
    /// The last position that the run looks at.
    public var upper: Position

    /// Makes a run.
    public init(
        id: RunID,
        task: TaskID,
        base: BaseID,
        recipient: RecipientID,
        stream: StreamID,
        lower: Position,
        upper: Position
    ) {
        self.id = id
        self.task = task
        self.base = base
        self.recipient = recipient
        self.stream = stream
        self.lower = lower
        self.upper = upper
    }
}

/// The file that a run makes.
public struct TransferFileFacts: Sendable, Hashable {
    /// The number in its name.
    public var number: FileNumber
    /// Its name.
    public var name: String
    /// The version of the rendering.
    public var renderer: UInt32
    /// Everything at the upper bound, or what changed.
    public var isSnapshot: Bool
    /// When it was rendered: the time in its header.
    public var renderedAt: Timestamp

    /// Makes the facts of a file.
    public init(number: FileNumber, name: String, renderer: UInt32, isSnapshot: Bool, renderedAt: Timestamp) {
        self.number = number
        self.name = name
        self.renderer = renderer
        self.isSnapshot = isSnapshot
        self.renderedAt = renderedAt
    }
}
