import Identifiers

/// A role, and where it is held.
public struct RoleGrant: Sendable, Hashable {
    /// The role.
    public var role: Role
    /// The school; nil for the whole store.
    public var base: BaseID?

    /// Makes a grant.
    public init(_ role: Role, at base: BaseID? = nil) {
        self.role = role
        self.base = base
    }

    /// Refuses a role at a place where it cannot be held.
    ///
    /// - Throws: `SchoolError` with code `rolePlaceInvalid`.
    func check() throws(SchoolError) {
        switch (role.holding, base) {
        case (.base, nil):
            throw SchoolError(
                .rolePlaceInvalid,
                "the role \(role.rawValue) is held at a school: name it with --base KEY"
            )
        case (.store, .some):
            throw SchoolError(
                .rolePlaceInvalid,
                "the role \(role.rawValue) is held for the whole store: leave --base out"
            )
        default: break
        }
    }
}

extension SchoolError.Code {
    /// A role at a place where it cannot be held.
    public static let rolePlaceInvalid = Self(rawValue: "rolePlaceInvalid")
}
