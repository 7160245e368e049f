import EventLog
import Identifiers

/// The head, or the head's proxy: who accepts and withdraws.
public struct Accepter: Sendable, Hashable {
    /// Random; the name is never in it.
    public var actor: ActorID
    /// The name, which is sealed under the person's own key.
    public var name: String

    /// Names an accepter.
    public init(actor: ActorID, name: String) {
        self.actor = actor
        self.name = name
    }
}

/// What a head may decide about a report, and what follows from it.
public enum AcceptanceRules {
    /// Accepts a report for one base.
    ///
    /// - Parameters:
    ///   - report: the version that the head has seen.
    ///   - acceptance: where the base stands.
    ///   - accepter: who decides.
    /// - Returns: one event, or none when this version is accepted already.
    /// - Throws: `SchoolError` with code `reportUnknown` when the acceptance is of another report.
    public static func accept(
        _ report: Report,
        _ acceptance: ReportAcceptance,
        by accepter: Accepter
    ) throws -> Decision {
        try require(report.name == acceptance.report)
        if acceptance.isInForce, acceptance.version == report.version {
            return .unchanged("\(report.name) version \(report.version) is accepted already")
        }
        let event = AcceptanceEvent.accepted(version: report.version)
        return Decision(
            events: [event.newEvent(for: acceptance, by: accepter)],
            conditions: [StreamCondition(stream: acceptance.stream, version: acceptance.streamVersion)],
            message: "\(report.name) version \(report.version) is accepted: its fields may leave"
        )
    }

    /// Withdraws a report for one base: later runs and queued deliveries stop, and recipients are told that sharing
    /// has ended, which is no deletion (rulings 7).
    ///
    /// - Returns: one event, or none when the report is not accepted. For a statutory report the message names the
    ///   duty that the school would fail.
    public static func withdraw(
        _ report: Report,
        _ acceptance: ReportAcceptance,
        by accepter: Accepter
    ) throws -> Decision {
        try require(report.name == acceptance.report)
        guard acceptance.isInForce else { return .unchanged("\(report.name) is not accepted: nothing to withdraw") }
        let event = AcceptanceEvent.withdrawn(version: acceptance.version)
        let warning = report.statutoryDuty.map { "; the duty remains: \($0)" } ?? ""
        return Decision(
            events: [event.newEvent(for: acceptance, by: accepter)],
            conditions: [StreamCondition(stream: acceptance.stream, version: acceptance.streamVersion)],
            message: "\(report.name) is withdrawn: no more data leaves under it\(warning)"
        )
    }

    /// Lets what is accepted lapse, because the school has a new legal owner (rulings 3).
    ///
    /// Recipients are told that sharing has ended; the new owner's head finds the report available.
    ///
    /// - Parameter actor: who brought the news.
    /// - Returns: one event, or none when the report is not accepted.
    public static func lapse(_ acceptance: ReportAcceptance, by actor: ActorID) -> Decision {
        guard acceptance.isInForce else { return .unchanged("\(acceptance.report) is not accepted: nothing lapses") }
        let event = AcceptanceEvent.lapsed(version: acceptance.version)
        return Decision(
            events: [event.newEvent(for: acceptance, by: Accepter(actor: actor, name: ""))],
            conditions: [StreamCondition(stream: acceptance.stream, version: acceptance.streamVersion)],
            message: "\(acceptance.report) has lapsed: the school has a new legal owner"
        )
    }

    private static func require(_ isSame: Bool) throws {
        guard isSame else { throw SchoolError(.reportUnknown, "the acceptance is of another report") }
    }
}
