import School

/// The files with addresses, phones and e-mails: contacts', one row a person, and pupils', one row a home.
extension SyncdCSVArea {
    static let contacts: SyncdCSVArea = {
        let slot = RowSlot(group: .contactDetails)
        return SyncdCSVArea(
            "contacts",
            .contact,
            [
                .required("base", form: .key, .base, .reference(.base)),
                .required("contact_key", form: .key, .key),
                .required("surname", form: .line, .field(.surname, slot)),
                .park("forename", .line, .forename, slot), .park("middle_names", .line, .middleNames, slot),
                .park("title", .line, .title, slot), .park("sex", .capitals(1...1), .sex, slot),
            ] + methods(.contactDetails),
            rules: methodRules
        )
    }()

    static let addresses = SyncdCSVArea(
        "addresses",
        .pupil,
        [.required("pupil_key", form: .key, .key, .reference(.pupil))] + methods(.address),
        rules: methodRules,
        // Homes, phones and e-mails keep the order in which they stand: the main one is first.
        shape: .runs { _ in [] }
    )

    private static let methodRules =
        [SyncdCSVRules.oneAddressForm, SyncdCSVRules.typedAddress] + (1...4).map(SyncdCSVRules.mobile)

    /// Columns of an address, save its type.
    static let addressParts = addressFields.map(\.0)

    private static let addressFields: [(String, Field)] = [
        ("saon", .saon), ("paon", .paon), ("street", .street), ("locality", .locality), ("town", .town),
        ("administrative_area", .administrativeArea), ("post_town", .postTown), ("county", .county),
        ("postcode", .postcode), ("country", .country), ("uprn", .uprn), ("easting", .easting),
        ("northing", .northing), ("address_line_1", .addressLine1), ("address_line_2", .addressLine2),
        ("address_line_3", .addressLine3), ("address_line_4", .addressLine4), ("address_line_5", .addressLine5),
    ]

    private static func methods(_ group: DataGroup) -> [Column] {
        let home = RowSlot(group: group, section: 1, defaults: [.init(.addressType, "H")])
        var columns = [Column.park("address_type", .code(.addressType), .addressType, home)]
        columns += addressFields.map { Column.park($0.0, .line, $0.1, home) }
        for number in 1...4 {
            let slot = RowSlot(
                group: group,
                section: 2,
                place: number,
                defaults: [.init(.phoneType, "H")],
                essential: .phone
            )
            columns.append(.park("phone_\(number)_type", .code(.phoneLocation), .phoneType, slot))
            columns.append(.park("phone_\(number)", .line, .phone, slot))
        }
        for number in 1...2 {
            let slot = RowSlot(
                group: group,
                section: 3,
                place: number,
                defaults: [.init(.emailType, "Home")],
                essential: .email
            )
            columns.append(.park("email_\(number)_type", .code(.emailLocation), .emailType, slot))
            columns.append(.optional("email_\(number)", form: .email, onFault: .keepValue, .field(.email, slot)))
        }
        return columns
    }
}
