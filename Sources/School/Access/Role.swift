/// What somebody is in a school, at the authority, or to the system.
///
/// The raw value stands in events for ever.
public enum Role: String, Sendable, Hashable, CaseIterable {
    /// The head teacher of a school: accepts and withdraws reports (S0-02).
    case head
    /// Stands in for the head, who appoints and removes the proxy (rulings 9).
    case headProxy = "head_proxy"
    /// Sees what the head sees, without deciding (S0-08).
    case nominatedContact = "nominated_contact"
    /// Installs the agent and schedules what leaves (S0-12).
    case itSupport = "it_support"
    /// Runs imports and the office's work at a school.
    case schoolAdmin = "school_admin"
    /// The office of several schools.
    case multiUserAdmin = "multi_user_admin"
    /// Defines the authority's tasks.
    case laAdmin = "la_admin"
    /// Reads what the authority received.
    case laOfficer = "la_officer"
    /// The data protection officer.
    case dpo
    /// Checks that nobody edited the answer; works on closed records (rulings 12).
    case auditor
    /// Runs the system, and gives people their accounts.
    case `operator`
    /// The software at a school; it can never accept anything (S0-04).
    case agent
    /// A receiver of files.
    case recipient

    /// Where a role may be held.
    public enum Holding: Sendable, Hashable {
        /// At a school.
        case base
        /// For the whole store.
        case store
        /// At a school, or for the whole store.
        case either
    }

    /// Where it may be held.
    public var holding: Holding {
        switch self {
        case .head, .headProxy, .nominatedContact, .multiUserAdmin: .base
        case .laAdmin, .laOfficer, .operator: .store
        case .itSupport, .schoolAdmin, .dpo, .auditor, .agent, .recipient: .either
        }
    }

    /// Whether a one-time code is asked for beside the password.
    public var needsSecondStep: Bool {
        switch self {
        case .head, .headProxy, .dpo, .auditor, .operator: true
        default: false
        }
    }

    /// Whether a machine holds it, and no person.
    public var isMachine: Bool { self == .agent || self == .recipient }

    /// The role in words, as refusals name it.
    public var words: String { rawValue.replacing("_", with: " ") }
}
