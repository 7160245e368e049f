import EventLog
import Identifiers

/// Where one base stands with one report: the head's sharing authorisation (rulings 7).
///
/// It has two states: available, and accepted. Withdrawn returns to available (rulings 9).
public struct ReportAcceptance: Sendable, Hashable {
    /// The school.
    public let base: BaseID
    /// The report's name.
    public let report: String
    /// The version that was accepted last; 0 when none ever was.
    public private(set) var version: Int
    /// Whether that version is accepted now.
    public private(set) var isInForce: Bool
    /// Whether it is no longer accepted because the school has a new legal owner, and no head has decided since.
    public private(set) var hasLapsed: Bool
    /// The event that brought this state about; the origin when none ever did.
    public private(set) var position: Position
    /// How many events the acceptance's stream has.
    public private(set) var streamVersion: UInt64

    /// Makes the state that the log tells.
    public init(
        base: BaseID,
        report: String,
        version: Int = 0,
        isInForce: Bool = false,
        hasLapsed: Bool = false,
        position: Position = .origin,
        streamVersion: UInt64 = 0
    ) {
        self.base = base
        self.report = report
        self.version = version
        self.isInForce = isInForce
        self.hasLapsed = hasLapsed
        self.position = position
        self.streamVersion = streamVersion
    }

    /// The stream of this acceptance.
    public var stream: StreamID { TransferStreams.acceptance(of: report, at: base) }

    /// True when it was accepted once and is no longer.
    public var isWithdrawn: Bool { !isInForce && version > 0 }

    /// The state after an event.
    public func evolved(by event: AcceptanceEvent, at position: Position) -> Self {
        switch event {
        case .accepted(let version):
            Self(
                base: base,
                report: report,
                version: version,
                isInForce: true,
                position: position,
                streamVersion: streamVersion + 1
            )
        case .withdrawn(let version), .lapsed(let version), .notOffered(let version):
            Self(
                base: base,
                report: report,
                version: version,
                isInForce: false,
                hasLapsed: event == .lapsed(version: version),
                position: position,
                streamVersion: streamVersion + 1
            )
        }
    }
}

/// What happens to an acceptance.
public enum AcceptanceEvent: Sendable, Hashable {
    /// The head accepted a version of the report.
    case accepted(version: Int)
    /// The head withdrew what was accepted.
    case withdrawn(version: Int)
    /// The school has a new legal owner: what the head of before accepted holds no more (rulings 3).
    case lapsed(version: Int)
    /// The report is not defined for the MIS that the school runs now.
    case notOffered(version: Int)
}
