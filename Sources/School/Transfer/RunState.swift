import Events

/// How a task's run stands (rulings 25).
public enum RunState: String, Sendable, Hashable, CaseIterable {
    /// Waits for its turn.
    case queued
    /// At work.
    case running
    /// Delivered and acknowledged.
    case exported
    /// No file, no number; the cursor moved.
    case nothingToSend
    /// A rule kept the data in.
    case held
    /// Something went wrong; the cursor stays.
    case failed
    /// A person stopped it.
    case cancelled
    /// Its time passed while nothing ran.
    case missed

    /// How a run that was not acknowledged ended, as its event tells it.
    var ending: Syncd_Events_TransferFailed.Ending {
        switch self {
        case .held: .held
        case .cancelled: .cancelled
        default: .failed
        }
    }

    /// The words of the task log (S2-100).
    public var name: String {
        switch self {
        case .queued: "Queued"
        case .running: "Running"
        case .exported: "Successfully Exported"
        case .nothingToSend: "Nothing to Send"
        case .held: "Held"
        case .failed: "Failed"
        case .cancelled: "Cancelled"
        case .missed: "Missed"
        }
    }
}

/// What a run did with what it looked at (S2-77).
public struct TransferCounts: Sendable, Hashable {
    /// Pupils in the file, notices included.
    public var sentPupils = 0
    /// Data groups in the file, cleared ones included.
    public var sentGroups = 0
    /// Groups that the recipient has already: their code equals the one in the cache.
    public var trapped = 0
    /// Changed groups that the accepted version does not grant.
    public var dropped = 0
    /// Values kept back for a child's safety (rulings 11), and links to contacts of whom nothing is held.
    public var withheld = 0

    /// Nothing done.
    public init() {}
}
