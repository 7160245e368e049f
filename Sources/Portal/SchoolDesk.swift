import Access

/// Who asks for a page.
public struct Visitor: Sendable {
    /// The command whose row in the table of roles answers for the page.
    public var command: String
    /// The token of the session; nil when none was shown.
    public var token: String?
    /// Where it comes from: a network address.
    public var address: String
}

/// What the portal asks of the store: the same rules, the same events and the same turn as those of a command.
///
/// Each call asks the table of roles again, so that a right that was taken away is gone with the next click.
public protocol SchoolDesk: Sendable {
    /// The gate of the store, for logging in and out.
    var gate: AccessGate { get }

    /// Who is logged in, and the schools that they may look at.
    ///
    /// - Throws: `Refusal`.
    func schools(for visitor: Visitor) throws -> SchoolList

    /// One school's settings (S0-05).
    ///
    /// - Parameter school: its id in hexadecimal digits; another's answers like one that does not exist.
    /// - Throws: `Refusal`.
    func sheet(of school: String, for visitor: Visitor) throws -> SchoolSheet

    /// Accepts reports, or withdraws them; durable on return.
    ///
    /// - Returns: what was decided, a sentence a report.
    /// - Throws: `Refusal`; nothing is changed then.
    func decide(_ decision: HeadsDecision, at school: String, for visitor: Visitor) throws -> [String]

    /// Who stands in for the head of a school, and who could.
    ///
    /// - Throws: `Refusal`.
    func proxies(of school: String, for visitor: Visitor) throws -> ProxySheet

    /// Appoints or removes who stands in; durable on return.
    ///
    /// - Returns: what was decided, and what is to be handed over, in sentences.
    /// - Throws: `Refusal`; nothing is changed then.
    func decide(_ decision: ProxyDecision, password: String, at school: String, for visitor: Visitor) throws -> [String]

    /// Ends a session; durable on return.
    func end(for visitor: Visitor) throws
}

/// What a head decides.
public enum HeadsDecision: Sendable {
    /// Accepting these reports, after a look at this version of the list (S0-19).
    case accept([String], reviewed: String, password: String)
    /// Withdrawing one.
    case withdraw(String, password: String)
}
