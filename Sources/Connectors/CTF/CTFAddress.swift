import School

/// Addresses, phones and e-mails of pupils and contacts alike: the reverse of `CESAddress`.
enum CTFAddress {
    private static let structured: [(CTFNode, Field)] = [
        (.saon, .saon), (.paon, .paon), (.street, .street), (.locality, .locality), (.town, .town),
        (.administrativeArea, .administrativeArea), (.postTown, .postTown), (.uprn, .uprn),
    ]
    private static let lines: [(CTFNode, Field)] = [
        (.line1, .addressLine1), (.line2, .addressLine2), (.line3, .addressLine3), (.line4, .addressLine4),
        (.line5, .addressLine5),
    ]
    private static let trailing: [(CTFNode, Field)] = [
        (.county, .county), (.postcode, .postcode), (.country, .country), (.easting, .easting), (.northing, .northing),
    ]
    private static let location = ValueForm.code(.phoneLocation)
    private static let phoneFields: Set<Field> = [.phone, .phoneType]
    private static let emailFields: Set<Field> = [.email]
    private static let addressFields = Set((structured + lines + trailing).map(\.1))

    /// The three lists of a person: the address, the phones, the e-mail; each not sent when nothing of it stands there.
    static func lists(
        of person: CTFElement,
        at place: @autoclosure () -> String,
        in group: DataGroup,
        _ values: inout CTFValues
    ) -> [CTFDraft.List] {
        let address = address(person.first(.address), at: place() + "Address/", in: group, &values)
        let phones = person.first(.phones)?.all(.phone).compactMap {
            phone($0, at: place() + "Phones/Phone/", in: group, &values)
        }
        let email = values.listed(person.first(.email), .email, at: place() + "Email", of: group)
        return [
            CTFDraft.List(fields: addressFields, rows: address.isEmpty ? nil : [address]),
            CTFDraft.List(fields: phoneFields, rows: phones?.isEmpty == false ? phones : nil),
            CTFDraft.List(fields: emailFields, rows: email.map { [FieldRow([.init(.email, $0)])] }),
        ]
    }

    private static func address(
        _ element: CTFElement?,
        at place: @autoclosure () -> String,
        in group: DataGroup,
        _ values: inout CTFValues
    ) -> FieldRow {
        guard let element else { return FieldRow() }
        var entries: [FieldRow.Entry] = []
        func take(_ parent: CTFElement?, _ table: [(CTFNode, Field)], _ name: String) {
            guard let parent else { return }
            for (node, field) in table {
                let part = values.listed(parent.first(node), .line, at: place() + name + node.name, of: group)
                if let part { entries.append(.init(field, part)) }
            }
        }
        take(element.first(.structured), structured, "BS7666Address/")
        take(element.first(.lines), lines, "AddressLines/")
        take(element, trailing, "")
        return FieldRow(entries)
    }

    private static func phone(
        _ element: CTFElement,
        at place: @autoclosure () -> String,
        in group: DataGroup,
        _ values: inout CTFValues
    ) -> FieldRow? {
        guard let number = values.listed(element.first(.phoneNumber), .line, at: place() + "PhoneNo", of: group) else {
            return nil
        }
        let type = values.listed(element.first(.phoneType), location, at: place() + "TelephoneType", of: group)
        return FieldRow([.init(.phoneType, type ?? "H"), .init(.phone, number)])
    }
}
