/// How far a school has come: first its head's consent, then deployment, in whichever order things are done (S0-01).
public struct Onboarding: Sendable, Hashable {
    /// The phases.
    public enum Phase: String, Sendable, Hashable {
        /// Phase One: the head has not accepted any report.
        case consent
        /// Phase Two: IT support installs the agent and schedules what leaves.
        case deployment
        /// Nothing is missing.
        case complete
    }

    /// Reports that are accepted.
    public var acceptedReports: Int
    /// The agent is installed.
    public var hasAgent: Bool
    /// A task sends what the school's head accepts.
    public var hasTask: Bool

    /// Tells what there is.
    public init(acceptedReports: Int, hasAgent: Bool, hasTask: Bool) {
        (self.acceptedReports, self.hasAgent, self.hasTask) = (acceptedReports, hasAgent, hasTask)
    }

    /// The phase: the same for the same facts, in whatever order they came about (S0-13).
    public var phase: Phase {
        if acceptedReports == 0 { return .consent }
        return hasAgent && hasTask ? .complete : .deployment
    }

    /// What is missing, a sentence each.
    public var missing: [String] {
        var missing: [String] = []
        if acceptedReports == 0 { missing.append("the head or the proxy accepts the reports that may leave") }
        if !hasAgent { missing.append("IT support installs the agent") }
        if !hasTask { missing.append("a task is created") }
        return missing
    }
}

/// Whether the schedule of a task runs at a school (S0-17).
public enum ScheduleState: String, Sendable, Hashable {
    /// Somebody has switched the task off (S2-119).
    case inactive
    /// Attendance Changed Data at a school that is not on SIMS Primary: due times pass until it is (S1-13, rulings 24).
    case waitingForMigration = "waiting_for_migration"
    /// Due times are met.
    case active
    /// Due times pass with no run and no file, until the head accepts the report: then it is active by itself.
    case disabledPendingConsent = "disabled_pending_consent"

    /// What the task's terms and an acceptance make of it.
    ///
    /// Nothing is stored, so nothing has to be switched on.
    ///
    /// - Parameter terms: nil for those of a newer version.
    public init(_ terms: TaskTerms?, _ acceptance: ReportAcceptance) {
        self = terms?.state ?? .active
        if self == .active, !acceptance.isInForce { self = .disabledPendingConsent }
    }
}
