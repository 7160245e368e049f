/// How a run ended that was not acknowledged, and why.
public struct RunEnd: Sendable, Hashable {
    /// Held, failed or cancelled.
    public var state: RunState
    /// Why, in one word that programs can tell apart.
    public var code: String
    /// Why, in words for people; they name no pupil.
    public var reason: String
    /// The file was at the recipient's, or may have been, when the run was interrupted.
    public var mayHaveLeft: Bool

    /// The head has not accepted the report, or has withdrawn it.
    public static let notAccepted = "notAccepted"
    /// The recipient's record is incomplete.
    public static let recipientIncomplete = "recipientIncomplete"
    /// The program was killed on the way.
    public static let interrupted = "interrupted"
    /// The store was restored, and what was lost has not been decided again.
    public static let restored = "restoreUnconfirmed"
    /// Why nothing leaves then, and what to do.
    public static let restoredWords =
        "the store was restored from a backup, and a withdrawal, hold or restriction of after it may be lost: decide it again, "
        + "then say so with `syncd restore confirm`"
    /// Something that no code has been given to.
    public static let unforeseen = "unforeseen"

    /// Makes an end.
    public init(_ state: RunState, _ code: String, _ reason: String, mayHaveLeft: Bool = false) {
        self.state = state
        self.code = code
        self.reason = reason
        self.mayHaveLeft = mayHaveLeft
    }
}
