import EventLog
import Events
import Identifiers

/// A base has another number than it had, or another legal owner, and why (rulings 3).
public struct BaseKeyChange: Sendable, Hashable {
    /// What a change is told as.
    public enum Reason: String, Sendable, Hashable {
        /// The number was wrong.
        case corrected
        /// Another school follows it, and the base goes on as that one.
        case succeeded
        /// The same school has another DfE number: another authority, or another phase.
        case renumbered
    }

    /// A number, before and after.
    public struct Number: Sendable, Hashable {
        /// What it was.
        public var from: String
        /// What it is.
        public var to: String

        /// Makes a change of a number; nil when it stays, or there was none before.
        public init?(from: String, to: String) {
            guard !from.isEmpty, !to.isEmpty, from != to else { return nil }
            self.from = from
            self.to = to
        }
    }

    /// Why.
    public var reason: Reason
    /// The unique reference number; nil when it stays.
    public var urn: Number?
    /// The DfE number; nil when it stays.
    public var laestab: Number?
    /// Since when, `yyyy-MM-dd`; empty when nobody says.
    public var effective: String
    /// The school has a new legal owner: acceptances lapse, and nothing counts as sent.
    public var hasNewController: Bool

    /// Makes a change; nil when no number changes, nor the owner.
    public init?(
        _ reason: Reason,
        urn: Number? = nil,
        laestab: Number? = nil,
        effective: String = "",
        hasNewController: Bool = false
    ) {
        guard urn != nil || laestab != nil || hasNewController else { return nil }
        self.reason = reason
        self.urn = urn
        self.laestab = laestab
        self.effective = effective
        self.hasNewController = hasNewController
    }

    /// Reads an event's open part.
    public init(_ message: Syncd_Events_BaseKeyChanged) {
        reason =
            switch message.reason {
            case .succeeded: .succeeded
            case .renumbered: .renumbered
            case .corrected, .UNRECOGNIZED: .corrected
            }
        urn = Number(from: message.fromUrn, to: message.toUrn)
        laestab = Number(from: message.fromLaestab, to: message.toLaestab)
        effective = message.effective
        hasNewController = message.newController
    }

    /// The open part of its event.
    public var open: [UInt8] {
        var message = Syncd_Events_BaseKeyChanged()
        message.reason =
            switch reason {
            case .corrected: .corrected
            case .succeeded: .succeeded
            case .renumbered: .renumbered
            }
        if let urn { (message.fromUrn, message.toUrn) = (urn.from, urn.to) }
        if let laestab { (message.fromLaestab, message.toLaestab) = (laestab.from, laestab.to) }
        message.effective = effective
        message.newController = hasNewController
        return EventBytes.of(message)
    }

    /// The event of a base.
    public func event(of base: BaseID) -> NewEvent {
        NewEvent(
            type: EventTypeNumber(rawValue: EventType.baseKeyChanged.rawValue),
            base: base,
            stream: StreamID(base),
            open: open
        )
    }
}
