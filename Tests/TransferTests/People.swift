import EventLog
import Identifiers
import School
import SyncdTesting

// Made-up people, and what exports say of them.
extension SchoolStore {
    static func pupil(_ number: UInt64) -> SubjectID { SubjectID(high: 100, low: number) }
    static func contact(_ number: UInt64) -> SubjectID { SubjectID(high: 200, low: number) }

    static func details(_ surname: String, upn: String? = nil, more: [Field: String] = [:]) -> GroupContent {
        var row = FieldRow([.init(.surname, surname), .init(.forename, "Ada"), .init(.birthDate, "2014-05-06")])
        row[.upn] = upn
        for (field, value) in more { row[field] = value }
        return GroupContent(.basicDetails, [row])
    }

    static func address(_ street: String) -> GroupContent {
        GroupContent(.address, [FieldRow([.init(.street, street), .init(.town, "Exeter")])])
    }

    static func registration(_ fields: [Field: String] = [:]) -> GroupContent {
        var row = FieldRow([.init(.enrolmentStatus, "C"), .init(.yearGroup, "5"), .init(.entryDate, "2019-09-02")])
        for (field, value) in fields { row[field] = value }
        return GroupContent(.registration, [row])
    }

    static func links(_ contacts: [UInt64], _ fields: [Field: String] = [:]) -> GroupContent {
        GroupContent(
            .contacts,
            contacts.enumerated().map { index, contact in
                var row = FieldRow([
                    .init(.contactKey, "c\(contact)"), .init(.contactOrder, "\(index + 1)"),
                    .init(.relationship, "PAM"),
                ])
                for (field, value) in fields { row[field] = value }
                return row
            }
        )
    }

    static func person(_ surname: String, phone: String = "07700 900123", street: String? = nil) -> GroupContent {
        var row = FieldRow([
            .init(.surname, surname), .init(.forename, "Grace"), .init(.phoneType, "M"), .init(.phone, phone),
        ])
        if let street { (row[.street], row[.town]) = (street, "Exeter") }
        return GroupContent(.contactDetails, [row])
    }

    /// What the MIS says, or the school itself, of whether a pupil's whereabouts are kept back.
    static func protection(_ group: DataGroup, _ isRestricted: Bool) -> GroupContent {
        GroupContent(
            group,
            [FieldRow([.init(.restrictedAddress, isRestricted ? "true" : "false"), .init(.adopted, "false")])]
        )
    }

    /// Tells groups of a pupil.
    func tell(_ pupil: UInt64, _ contents: GroupContent..., at base: BaseID? = nil) throws {
        try append([
            builder.changed(.pupil, Self.pupil(pupil), at: base ?? self.base, key: "p\(pupil)", contents)
        ])
    }

    /// Tells a contact.
    func tellContact(_ contact: UInt64, _ details: GroupContent, at base: BaseID? = nil) throws {
        try append([
            builder.changed(.contact, Self.contact(contact), at: base ?? self.base, key: "c\(contact)", [details])
        ])
    }

    /// Two pupils with everything; the first has a contact.
    func tellTwoPupils() throws {
        try tellContact(1, Self.person("Hopper"))
        try tell(
            1,
            Self.details("Lovelace", upn: "A001107921412"),
            Self.address("1 High Street"),
            Self.registration(),
            Self.links([1])
        )
        try tell(2, Self.details("Noether"), Self.address("2 Low Road"), Self.registration())
    }
}
