import EventLog
import Events
import Foundation
import Identifiers
import Sealing
import SwiftProtobuf

/// The agent of a school: the software on its server that collects, and sends what is accepted.
public enum AgentRules {
    /// What the screen says when nothing is accepted yet (S0-16).
    public static let disabledText =
        "All exports are disabled until they are accepted by the head teacher or a headteacher proxy through the support "
        + "site."

    /// What is said beside it (S0-14); it hinders nothing.
    public static let recommendation =
        "It is recommended that the reports are accepted before the software is installed. This is only to simplify the "
        + "process: nothing works differently for it."

    /// The stream of a school's agent.
    public static func stream(of base: BaseID) -> StreamID {
        var hash = SHA256()
        return hash.digest(of: Array("syncd agent 1".utf8) + [0] + base.bytes).withUnsafeBytes { StreamID(reading: $0) }
    }

    /// Installs the agent of a school, or another one in its place.
    ///
    /// It needs no acceptance (S0-15, S0-16).
    ///
    /// - Parameters:
    ///   - account: the machine's account; nil while the store has none.
    ///   - licence: the key that was typed; nil for none.
    /// - Throws: `SchoolError` with code `licenceWrong` or `versionInvalid`.
    public static func install(
        at base: BaseID,
        version: String,
        account: ActorID?,
        licence: String?
    ) throws -> Decision {
        try check(version)
        if let licence, !LicenceKey(of: base).isWritten(licence) {
            throw SchoolError(
                .licenceWrong,
                "this is not the licence key of this school: `syncd consent settings --base KEY` shows it"
            )
        }
        let message = Syncd_Events_AgentInstalled.with {
            $0.version = version
            $0.account = Data(account?.bytes ?? [])
        }
        return Decision(events: [event(.agentInstalled, base, message)], message: "the agent is installed")
    }

    /// The agent tells that it is alive.
    ///
    /// - Throws: `SchoolError` with code `versionInvalid`.
    public static func seen(at base: BaseID, version: String) throws -> Decision {
        try check(version)
        let message = Syncd_Events_AgentSeen.with { $0.version = version }
        return Decision(events: [event(.agentSeen, base, message)], message: "seen")
    }

    /// Says which MIS a school runs; reports that are not defined for it are no longer accepted (S0-24).
    ///
    /// - Parameter acceptances: where the school stands with each report.
    public static func set(
        _ mis: MISType,
        at base: BaseID,
        before: MISType?,
        _ acceptances: [ReportAcceptance],
        by accepter: Accepter
    ) -> Decision {
        guard mis != before else { return .unchanged("the school runs \(mis.words) already") }
        let message = Syncd_Events_BaseMISSet.with { $0.mis = mis.rawValue }
        let event = NewEvent(
            type: EventType.baseMISSet.number,
            base: base,
            stream: StreamID(base),
            open: EventBytes.of(message)
        )
        var decision = Decision(events: [event], message: "the school runs \(mis.words)")
        for acceptance in acceptances where !ReportCatalogue.isOffered(acceptance.report, to: mis) {
            let end = AcceptanceRules.endOffer(acceptance, by: accepter)
            decision.events += end.events
            decision.conditions += end.conditions
            if !end.isUnchanged { decision.message += "; \(end.message)" }
        }
        return decision
    }

    /// Whether a version is older than another, number by number.
    public static func isOlder(_ version: String, than other: String) -> Bool {
        let (left, right) = (numbers(version), numbers(other))
        for place in 0..<max(left.count, right.count) {
            let (one, two) = (place < left.count ? left[place] : 0, place < right.count ? right[place] : 0)
            if one != two { return one < two }
        }
        return false
    }

    private static func numbers(_ version: String) -> [Int] { version.split(separator: ".").map { Int($0) ?? 0 } }

    private static func check(_ version: String) throws(SchoolError) {
        let numbers = version.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(numbers.count), numbers.allSatisfy({ UInt16($0) != nil }) else {
            throw SchoolError(.versionInvalid, "a version is numbers with dots, such as 1.4.2")
        }
    }

    private static func event(_ type: EventType, _ base: BaseID, _ message: some Message) -> NewEvent {
        NewEvent(type: type.number, base: base, stream: stream(of: base), open: EventBytes.of(message))
    }
}

extension SchoolError.Code {
    /// The licence key of another school, or none.
    public static let licenceWrong = Self(rawValue: "licenceWrong")
    /// No version.
    public static let versionInvalid = Self(rawValue: "versionInvalid")
    /// The report is not defined for the school's MIS.
    public static let reportNotAvailable = Self(rawValue: "reportNotAvailable")
    /// The list of reports is no longer the one that was looked at.
    public static let listChanged = Self(rawValue: "listChanged")
}
