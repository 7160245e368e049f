import School

/// The contacts of a pupil: links, and a person for each.
///
/// The format gives a contact no key, so a contact belongs to one pupil and is known by name and relationship.
struct CTFContacts {
    /// A person to be told of.
    struct Person {
        var key: String
        var draft: CTFDraft
    }

    private(set) var links: [FieldRow] = []
    private(set) var people: [Person] = []

    /// Reads the contacts; a contact without a name, or with a value that cannot be read, lets all of them wait.
    init(_ pupil: CTFElement, key pupilKey: String, _ values: inout CTFValues) {
        var names: [String] = []
        for (offset, element) in (pupil.first(.contacts)?.all(.contact) ?? []).enumerated() {
            var place: String { "Contacts/Contact[\(offset + 1)]/" }
            let person = Self.person(element, at: place, &values)
            let row = FieldRow(person.single)
            guard row[.surname] != nil || row[.forename] != nil else {
                values.hold(.contacts, at: place + "Surname", "is missing: a contact has a name")
                continue
            }
            var link = Self.link(element, number: offset + 1, at: place, &values)
            let relationship = link[.relationship] ?? link[.relationshipWord] ?? ""
            let name = (row[.surname] ?? "") + "|" + (row[.forename] ?? "") + "|" + relationship
            names.append(name)
            let number = names.count { $0 == name }
            let key = pupilKey + "|" + name + (number > 1 ? "|\(number)" : "")
            link[.contactKey] = key
            links.append(link)
            people.append(Person(key: key, draft: person))
        }
    }

    private static let details: [(CTFNode, Field, ValueForm)] = [
        (.surname, .surname, .line), (.forename, .forename, .line), (.sex, .sex, .sex), (.title, .title, .line),
    ]

    private static let detailFields = details.map(\.1)

    /// True when a contact's key is of a pupil.
    static func isContact(_ key: String, of pupilKey: String) -> Bool { key.hasPrefix(pupilKey + "|") }

    private static func person(_ element: CTFElement, at place: @autoclosure () -> String, _ values: inout CTFValues)
        -> CTFDraft
    {
        var draft = CTFDraft(.contactDetails, detailFields)
        for (node, field, form) in details {
            draft.add(field, values.listed(element.first(node), form, at: place() + node.name, of: .contacts))
        }
        draft.lists = CTFAddress.lists(of: element, at: place(), in: .contacts, &values)
        return draft
    }

    private static func link(
        _ element: CTFElement,
        number: Int,
        at place: @autoclosure () -> String,
        _ values: inout CTFValues
    ) -> FieldRow {
        var entries: [FieldRow.Entry] = []
        entries.reserveCapacity(5)
        func add(_ field: Field, _ value: String?) {
            if let value { entries.append(.init(field, value)) }
        }
        let address = element.first(.address)?.first(.addressAsPupil)
        add(
            .addressAsPupil,
            values.listed(address, .anyBoolean, at: place() + "Address/AddressAsPupil", of: .contacts)
        )
        add(
            .contactOrder,
            values.listed(element.first(.order), .integer(0...999), at: place() + "Order", of: .contacts)
                ?? String(number)
        )
        let word = values.listed(element.first(.relationship), .line, at: place() + "Relationship", of: .contacts)
        let isCode = word.map { CodeSet.relationship.contains($0) } ?? false
        if isCode { add(.relationship, word) }
        let responsibility = element.first(.responsibility)
        add(
            .parentalResponsibility,
            values.listed(responsibility, .anyBoolean, at: place() + "Responsibility", of: .contacts)
        )
        if !isCode { add(.relationshipWord, word) }
        return FieldRow(entries)
    }
}
