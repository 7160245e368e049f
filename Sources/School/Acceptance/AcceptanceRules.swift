import EventLog
import Identifiers

/// The head, or the head's proxy: who accepts and withdraws.
public struct Accepter: Sendable, Hashable {
    /// Random; the name is never in it.
    public var actor: ActorID
    /// The name, which is sealed under the person's own key.
    public var name: String
    /// As which role at the school; nil before the store has accounts.
    public var role: Role?

    /// Names an accepter.
    public init(actor: ActorID, name: String, role: Role? = nil) {
        self.actor = actor
        self.name = name
        self.role = role
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
    ///   - mis: what the school runs; nil when nobody has said.
    ///   - reviewed: the version of the list that was looked at; nil for the present one.
    /// - Returns: one event, or none when this version is accepted already.
    /// - Throws: `SchoolError` with code `reportUnknown` when the acceptance is of another report, `reportNotAvailable`
    ///   when the report is not defined for the MIS (S0-24), `listChanged` when another list was looked at (S0-19).
    public static func accept(
        _ report: Report,
        _ acceptance: ReportAcceptance,
        by accepter: Accepter,
        mis: MISType? = nil,
        reviewed: String? = nil
    ) throws -> Decision {
        try require(report.name == acceptance.report)
        guard ReportCatalogue.isOffered(report.name, to: mis) else {
            throw SchoolError(
                .reportNotAvailable,
                "report \(report.name) is not available for \(mis?.words ?? "this school"): see `syncd consent settings`"
            )
        }
        let list = ReportCatalogue.listVersion(for: mis)
        guard reviewed == nil || reviewed == list else {
            throw SchoolError(
                .listChanged,
                "the list of reports has changed since it was looked at: see `syncd consent settings`, then accept"
            )
        }
        if acceptance.isInForce, acceptance.version == report.version {
            return .unchanged("report \(report.name) version \(report.version) is accepted already")
        }
        let event = AcceptanceEvent.accepted(version: report.version)
        return Decision(
            events: [event.newEvent(for: acceptance, by: accepter, list: list)],
            conditions: [StreamCondition(stream: acceptance.stream, version: acceptance.streamVersion)],
            message: "report \(report.name) version \(report.version) is accepted: its fields may leave"
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
        guard acceptance.isInForce else {
            return .unchanged("report \(report.name) is not accepted: nothing to withdraw")
        }
        let event = AcceptanceEvent.withdrawn(version: acceptance.version)
        let warning = report.statutoryDuty.map { "; the duty remains: \($0)" } ?? ""
        return Decision(
            events: [event.newEvent(for: acceptance, by: accepter)],
            conditions: [StreamCondition(stream: acceptance.stream, version: acceptance.streamVersion)],
            message: "report \(report.name) is withdrawn: no more data leaves under it\(warning)"
        )
    }

    /// Lets what is accepted lapse, because the school has a new legal owner (rulings 3).
    ///
    /// Recipients are told that sharing has ended; the new owner's head finds the report available.
    ///
    /// - Parameter actor: who brought the news.
    /// - Returns: one event, or none when the report is not accepted.
    public static func lapse(_ acceptance: ReportAcceptance, by actor: ActorID) -> Decision {
        guard acceptance.isInForce else {
            return .unchanged("report \(acceptance.report) is not accepted: nothing lapses")
        }
        let event = AcceptanceEvent.lapsed(version: acceptance.version)
        return Decision(
            events: [event.newEvent(for: acceptance, by: Accepter(actor: actor, name: ""))],
            conditions: [StreamCondition(stream: acceptance.stream, version: acceptance.streamVersion)],
            message: "report \(acceptance.report) has lapsed: the school has a new legal owner"
        )
    }

    /// Ends an acceptance because the report is not defined for the MIS that the school runs now (S0-24).
    static func endOffer(_ acceptance: ReportAcceptance, by accepter: Accepter) -> Decision {
        guard acceptance.isInForce else { return .unchanged("report \(acceptance.report) is not accepted") }
        let event = AcceptanceEvent.notOffered(version: acceptance.version)
        return Decision(
            events: [event.newEvent(for: acceptance, by: accepter)],
            conditions: [StreamCondition(stream: acceptance.stream, version: acceptance.streamVersion)],
            message: "report \(acceptance.report) is no longer available, so no more data leaves under it"
        )
    }

    private static func require(_ isSame: Bool) throws {
        guard isSame else { throw SchoolError(.reportUnknown, "the acceptance is of another report") }
    }
}
