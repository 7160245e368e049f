import Identifiers

/// What the public list of links says of who follows a base.
public struct Succession: Sendable, Equatable {
    /// What follows from it for the base.
    public enum Effect: Sendable, Equatable {
        /// One school follows this one alone: the base goes on as that one.
        case keyChange
        /// The follower is a base of its own: nothing changes.
        case ownBase(key: String)
        /// One school follows this one from a day that is still to come.
        case pending
        /// Several follow, or it is a merger, an amalgamation or a split: a person decides.
        case undecided
    }

    /// The number that the base has.
    public let urn: String
    /// Who follows.
    public let successors: [LinkBook.Successor]
    /// What follows from it.
    public let effect: Effect

    /// True when somebody has to look at it, now or later.
    public var needsPerson: Bool { effect == .undecided || effect == .pending }

    /// Looks a base up; nil when nobody follows it.
    ///
    /// - Parameters:
    ///   - urn: the base's number; empty for none.
    ///   - others: the keys of all bases by their numbers.
    ///   - day: today, `yyyy-MM-dd`.
    public init?(of urn: String, in book: LinkBook, others: [String: String], on day: String) {
        let found = urn.isEmpty ? [] : book.successors(of: urn)
        guard let first = found.first else { return nil }
        self.urn = urn
        successors = found
        if let known = found.compactMap({ others[$0.urn] }).first {
            effect = .ownBase(key: known)
        } else if found.count > 1 || !first.isPlain || book.predecessors(of: first.urn) != [urn] {
            effect = .undecided
        } else if first.established > day {
            effect = .pending
        } else {
            effect = .keyChange
        }
    }
}
