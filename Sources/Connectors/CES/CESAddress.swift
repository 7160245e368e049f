import School

/// Addresses, phones and e-mail, of pupils and contacts alike.
enum CESAddress {
    /// The elements of a group that holds field rows of addresses, phones and e-mails, in their order.
    ///
    /// The format has one address and one e-mail: the first of each is sent, and every phone.
    static func parts(_ rows: [FieldRow]) -> [CESPart] {
        [
            address(rows).map { CESPart(slot: .address, element: $0) },
            phones(rows).map { CESPart(slot: .phones, element: $0) },
            email(rows).map { CESPart(slot: .email, element: $0) },
        ].compactMap(\.self)
    }

    /// The first address; nil when there is none.
    static func address(_ rows: [FieldRow]) -> CESElement? {
        rows.lazy.compactMap(address(of:)).first
    }

    /// All phones; nil when there is none.
    static func phones(_ rows: [FieldRow]) -> CESElement? {
        let phones = rows.compactMap { row in
            row[.phone].map { number in
                CESElement(
                    "Phone",
                    [CESElement("TelephoneType", row[.phoneType] ?? "H"), CESElement("PhoneNo", number)]
                )
            }
        }
        return CESElement("Phones", ifAny: phones)
    }

    /// The first e-mail; nil when there is none.
    static func email(_ rows: [FieldRow]) -> CESElement? {
        CESElement("Email", rows.lazy.compactMap { $0[.email] }.first)
    }

    private static let structured: [(name: String, field: Field)] = [
        ("SAON", .saon), ("PAON", .paon), ("Street", .street), ("Locality", .locality), ("Town", .town),
        ("AdministrativeArea", .administrativeArea), ("PostTown", .postTown), ("UniquePropertyReferenceNumber", .uprn),
    ]
    private static let lines: [Field] = [
        .addressLine1, .addressLine2, .addressLine3, .addressLine4, .addressLine5,
    ]
    private static let trailing: [(name: String, field: Field)] = [
        ("County", .county), ("PostCode", .postcode), ("Country", .country), ("Easting", .easting),
        ("Northing", .northing),
    ]

    /// The format has either structured parts or lines.
    ///
    /// A source that writes the street as a line and the town apart
    /// gets lines, the parts after them as far as there is room.
    private static func address(of row: FieldRow) -> CESElement? {
        let hasLines = lines.contains { row[$0] != nil }
        let isStructured = [Field.saon, .paon, .street].contains { row[$0] != nil }
        let body: CESElement?
        if hasLines, !isStructured {
            let parts: [Field] = [.locality, .town, .administrativeArea, .postTown]
            let texts = (lines + parts).compactMap { row[$0] }.prefix(lines.count)
            body = CESElement(
                "AddressLines",
                texts.enumerated().map { CESElement("AddressLine\($0.offset + 1)", $0.element) }
            )
        } else {
            body = CESElement("BS7666Address", ifAny: elements(structured, of: row))
        }
        return CESElement("Address", ifAny: [body].compactMap(\.self) + elements(trailing, of: row))
    }

    private static func elements(_ table: [(name: String, field: Field)], of row: FieldRow) -> [CESElement] {
        table.compactMap { CESElement($0.name, row[$0.field]) }
    }
}

/// One contact of a pupil: the link and the person.
struct CESContact: Comparable {
    let link: FieldRow
    let details: GroupContent

    /// The field row with the person's names.
    private var person: FieldRow { details.rows.first ?? FieldRow() }

    /// The `Contact` element; the sex is called Gender here, in every version seen.
    var element: CESElement {
        let livesWithPupil = link[.addressAsPupil] == "true"
        let address =
            livesWithPupil
            ? CESElement("Address", [CESElement("AddressAsPupil", "true")]) : CESAddress.address(details.rows)
        return CESElement(
            "Contact",
            [
                CESElement("Order", link[.contactOrder]), CESElement("Title", person[.title]),
                CESElement("Surname", person[.surname]), CESElement("Forename", person[.forename]),
                CESElement("Gender", person[.sex]), CESElement("Relationship", link[.relationship]),
                CESElement("Responsibility", link[.parentalResponsibility]), address,
                CESAddress.phones(details.rows), CESAddress.email(details.rows),
            ].compactMap(\.self)
        )
    }

    /// By order, surname, forename, relationship; by the source's key where all of these are equal.
    static func < (left: Self, right: Self) -> Bool {
        let orders = (left.order, right.order)
        return orders.0 == orders.1 ? left.names.lexicographicallyPrecedes(right.names) : orders.0 < orders.1
    }

    private var order: Int { link[.contactOrder].flatMap(Int.init) ?? Int.max }

    private var names: [String] {
        [person[.surname], person[.forename], link[.relationship], link[.contactKey]].map { $0 ?? "" }
    }
}
