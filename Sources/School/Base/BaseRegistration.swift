import EventLog
import Events
import Identifiers
import SwiftProtobuf

/// What a base is known by: its key, and the attributes that may change (rulings 3).
public struct BaseRegistration: Sendable, Hashable {
    /// Random.
    public var id: BaseID
    /// Any string: what sources call it.
    public var key: String
    /// LAESTAB, seven digits; empty when it was never told.
    public var laestab: String
    /// Unique reference number, six digits; empty when it was never told.
    public var urn: String

    /// Makes a registration.
    public init(id: BaseID, key: String, laestab: String = "", urn: String = "") {
        self.id = id
        self.key = key
        self.laestab = laestab
        self.urn = urn
    }

    /// Attributes to set; nil leaves one as it is, an empty text clears it.
    public struct Attributes: Sendable, Hashable {
        /// The DfE number, which files for an authority need.
        public var laestab: String?
        /// The unique reference number.
        public var urn: String?
        /// The name.
        public var name: String?

        /// Makes attributes.
        public init(laestab: String? = nil, urn: String? = nil, name: String? = nil) {
            self.laestab = laestab
            self.urn = urn
            self.name = name
        }

        /// True when nothing is to be set.
        public var isEmpty: Bool { laestab == nil && urn == nil && name == nil }
    }

    /// Gives a base its place in the store.
    ///
    /// - Parameters:
    ///   - base: the new one, its id drawn at random.
    ///   - others: those that the store has.
    /// - Throws: `SchoolError` with code `nameInvalid` or `nameTaken`.
    public static func register(_ base: BaseRegistration, beside others: [BaseRegistration]) throws -> Decision {
        try NameRule.check(base.key, taken: others.map(\.key), of: "base")
        let message = Syncd_Events_BaseRegistered.with { $0.key = base.key }
        return Decision(
            events: [base.event(.baseRegistered, message)],
            conditions: [StreamCondition(stream: StreamID(base.id), version: 0)],
            message: "base \(base.key) is registered"
        )
    }

    /// Sets attributes of a base.
    ///
    /// A number in place of another one is a key change, and told as such.
    ///
    /// - Parameters:
    ///   - reason: what a key change is told as.
    ///   - hasNewController: the school has a new legal owner.
    /// - Throws: `SchoolError` with code `laestabInvalid`, `laestabTaken`, `urnInvalid`, `urnTaken` or `nameInvalid`.
    public static func configure(
        _ base: BaseRegistration,
        _ attributes: Attributes,
        beside others: [BaseRegistration],
        as reason: BaseKeyChange.Reason = .corrected,
        hasNewController: Bool = false
    ) throws -> Decision {
        guard !attributes.isEmpty || hasNewController else { return .unchanged("nothing to set for base \(base.key)") }
        var message = Syncd_Events_BaseConfigured()
        if let laestab = attributes.laestab {
            let number = laestab.isEmpty ? "" : try LAESTAB(laestab).description
            if let other = others.first(where: { $0.id != base.id && !number.isEmpty && $0.laestab == number }) {
                throw SchoolError(.laestabTaken, "base \(other.key) has this DfE number already")
            }
            message.laestab = number
        }
        if let urn = attributes.urn {
            let number = urn.isEmpty ? "" : try URN(urn).description
            if let other = others.first(where: { $0.id != base.id && !number.isEmpty && $0.urn == number }) {
                throw SchoolError(.urnTaken, "base \(other.key) has this URN already")
            }
            message.urn = number
        }
        if let name = attributes.name {
            if !name.isEmpty { try NameRule.check(name, taken: [], of: "school") }
            message.name = name
        }
        let change = BaseKeyChange(
            reason,
            urn: BaseKeyChange.Number(from: base.urn, to: message.urn),
            laestab: BaseKeyChange.Number(from: base.laestab, to: message.laestab),
            hasNewController: hasNewController
        )
        if change?.urn != nil { message.clearUrn() }
        if change?.laestab != nil { message.clearLaestab() }
        let others = message == Syncd_Events_BaseConfigured() ? [] : [base.event(.baseConfigured, message)]
        return Decision(
            events: others + (change.map { [$0.event(of: base.id)] } ?? []),
            message: "base \(base.key) is set"
        )
    }

    private func event(_ type: EventType, _ message: some Message) -> NewEvent {
        NewEvent(
            type: EventTypeNumber(rawValue: type.rawValue),
            base: id,
            stream: StreamID(id),
            open: EventBytes.of(message)
        )
    }
}

extension SchoolError.Code {
    /// Another base has this DfE number.
    public static let laestabTaken = Self(rawValue: "laestabTaken")
    /// Another base has this URN.
    public static let urnTaken = Self(rawValue: "urnTaken")
}
