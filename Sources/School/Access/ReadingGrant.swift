import Identifiers

/// What a grant's id is of.
public enum GrantKind {}

/// A grant to read, by its random id.
public typealias GrantID = Identifier<GrantKind>

/// That an auditor may open the records of named people of one school until a day (rulings 12).
public struct ReadingGrant: Sendable, Hashable {
    /// Its identity.
    public var id: GrantID
    /// The auditor's account.
    public var account: ActorID
    /// The school; people who have gone to another one are covered no more.
    public var base: BaseID
    /// Whose records.
    public var subjects: Set<SubjectID>
    /// The last instant.
    public var ends: Timestamp
    /// Withdrawn, or the auditor's role was taken away: it never holds again.
    public var isWithdrawn: Bool

    /// Makes a grant.
    public init(
        id: GrantID,
        account: ActorID,
        base: BaseID,
        subjects: Set<SubjectID>,
        ends: Timestamp,
        isWithdrawn: Bool = false
    ) {
        (self.id, self.account, self.base, self.subjects) = (id, account, base, subjects)
        (self.ends, self.isWithdrawn) = (ends, isWithdrawn)
    }

    /// Whether it holds at an instant.
    public func holds(at now: Timestamp) -> Bool { !isWithdrawn && now <= ends }

    /// Whether it lets the same auditor open all that another one does, as long at least.
    public func opensAll(of other: ReadingGrant) -> Bool {
        account == other.account && base == other.base && ends >= other.ends && subjects.isSuperset(of: other.subjects)
    }

    /// Whether it is about somebody at a school.
    public func covers(_ subject: SubjectID, at base: BaseID) -> Bool {
        self.base == base && subjects.contains(subject)
    }
}
