/// What a parent or a pupil is asked about (`domain.md`, section 10).
///
/// The raw value stands in events for ever.
public enum ConsentPurpose: String, Sendable, Hashable, CaseIterable {
    /// Pictures of the pupil for publicity.
    case photo
    /// Use of the internet at school.
    case internet
    /// Trips off the school's site.
    case trips
    /// Fingerprint, face or the like to tell who the pupil is: with a law of its own (Protection of Freedoms Act 2012,
    /// sections 26 and 27).
    case biometrics
}

/// Who says something.
public enum Consenter: Sendable, Hashable {
    /// A contact, by the source's key.
    case contact(String)
    /// The pupil.
    case pupil

    /// The contact's key; empty for the pupil.
    public var key: String { if case .contact(let key) = self { key } else { "" } }

    /// Reads `key`.
    public init(key: String) { self = key.isEmpty ? .pupil : .contact(key) }
}

/// What somebody said last about a purpose.
public struct ConsentStatement: Sendable, Hashable {
    /// What was said.
    public enum Decision: UInt8, Sendable, Hashable, CaseIterable {
        /// Yes.
        case given = 0
        /// No.
        case refused = 1
        /// No longer yes.
        case withdrawn = 2

        /// The word for people.
        public var word: String { String(describing: self) }
    }

    /// About what.
    public var purpose: ConsentPurpose
    /// What was said.
    public var decision: Decision
    /// Who said it.
    public var consenter: Consenter
    /// Which wording was read.
    public var wording: String
    /// On paper or in a message, not by word of mouth.
    public var isWritten: Bool

    /// Makes a statement.
    public init(
        _ purpose: ConsentPurpose,
        _ decision: Decision,
        by consenter: Consenter,
        wording: String,
        isWritten: Bool
    ) {
        (self.purpose, self.decision, self.consenter) = (purpose, decision, consenter)
        (self.wording, self.isWritten) = (wording, isWritten)
    }
}
