/// What a link between a pupil and a contact says of the contact's rights, which hang on the link and not on the person.
public struct ResponsibilityLink: Sendable, Hashable {
    /// The contact, by the source's key.
    public var contactKey: String
    /// The contact has parental responsibility for this pupil.
    public var hasResponsibility: Bool
    /// A court order, or no contact: owns no opt-in (rulings 11).
    public var isBarred: Bool

    /// Whether the contact may decide for the pupil (S3-63).
    public var mayDecide: Bool { hasResponsibility && !isBarred }

    /// Makes a link.
    public init(contactKey: String, hasResponsibility: Bool, isBarred: Bool) {
        (self.contactKey, self.hasResponsibility, self.isBarred) = (contactKey, hasResponsibility, isBarred)
    }

    /// The links of a pupil, from the group contacts.
    public static func all(in content: GroupContent) -> [ResponsibilityLink] {
        content.rows.compactMap { row in
            guard let key = row[.contactKey] else { return nil }
            return ResponsibilityLink(
                contactKey: key,
                hasResponsibility: row[.parentalResponsibility] == "true",
                isBarred: row[.courtOrder] == "true" || row[.noContact] == "true"
            )
        }
    }
}
