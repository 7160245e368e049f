/// Holds back removals that look like a torn or narrowed export (issue A of the field: absence taken for deletion).
///
/// If more than 10% and more than 10 of one kind would go, that kind's removals are held: additions and changes go in,
/// removals wait for a named number that is a ceiling (rulings 37). What the files say was deleted counts with what is
/// missing from them: a list of deletions can be a torn page as well.
public struct RemovalGuard: Sendable, Equatable {
    /// The most removals of each kind that a person has allowed; nil when nobody was asked.
    public var allowedPerKind: Int?

    /// Makes a guard.
    public init(allowedPerKind: Int?) {
        self.allowedPerKind = allowedPerKind
    }

    /// Tells whether the removals of a kind must wait.
    ///
    /// - Parameters:
    ///   - gone: how many of the kind would go.
    ///   - present: how many of the kind the source had inside what the files cover.
    ///   - hasUnreadRows: true when rows of the kind could not be read so far as to tell whom they are about: each
    ///     may be one of those who seem to be missing.
    public func holds(gone: Int, of present: Int, hasUnreadRows: Bool = false) -> Bool {
        guard gone > 0, hasUnreadRows || (gone > 10 && gone * 10 > present) else { return false }
        guard let allowedPerKind else { return true }
        return gone > allowedPerKind
    }
}
