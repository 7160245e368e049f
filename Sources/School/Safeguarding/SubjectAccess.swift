/// What of a record is kept from the person it is about, because it is also about somebody else (rulings 11).
///
/// Pure. It holds for what a subject is given by themselves or by whoever asks in their name: one parent may ask for a child
/// whose other parent must not be found.
public enum SubjectAccess {
    /// Why something is kept back.
    public enum Reason: String, Sendable, Hashable, CaseIterable {
        /// It tells of another person.
        case thirdParty
        /// It is given only after a person has weighed it; or it is kept back from everybody for a child's safety.
        case restricted
        /// It names a member of staff.
        case staff
        /// Free text that nobody has read for other people's names.
        case freeText

        /// The reason in words, as it stands in place of what is kept back.
        public var words: String {
            switch self {
            case .thirdParty: "about another person: one person's details are never shown to another"
            case .restricted: "restricted: given only once the data protection officer has weighed what it may do"
            case .staff: "the name of a member of staff"
            case .freeText: "free text, which may name others: read it, and give it apart"
            }
        }
    }

    /// Why a field of a data group is kept back; nil for one that is given.
    public static func reason(for field: Field, in group: DataGroup) -> Reason? {
        switch (group, field) {
        case (_, .courtOrder), (_, .noContact), (.lookedAfter, _), (.protection, _), (.ownProtection, _): .restricted
        case (.contacts, .contactOrder): nil
        case (.contacts, _), (_, .addressAsPupil): .thirdParty
        case (_, .amendedBy), (_, .amenderPost), (_, .principalName), (_, .principalEmail): .staff
        case (_, .markComment), (_, .amendmentReason): .freeText
        default: nil
        }
    }

    /// Fields of which even that they are told would tell something: they are left out without a word.
    public static let untold: Set<Field> = [.courtOrder, .noContact, .restrictedAddress, .adopted]

    /// Why a field is kept back whose number this program does not know: nobody can say whom it is about.
    public static let ofUnknown = Reason.restricted
}
