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
        var names: [String: Int] = [:]
        for (offset, element) in (pupil.first(.contacts)?.all(.contact) ?? []).enumerated() {
            let place = "Contacts/Contact[\(offset + 1)]/"
            let person = Self.person(element, at: place, &values)
            let row = FieldRow(person.single)
            guard row[.surname] != nil || row[.forename] != nil else {
                values.hold(.contacts, at: place + "Surname", "is missing: a contact has a name")
                continue
            }
            var link = Self.link(element, at: place, &values)
            if link[.contactOrder] == nil { link[.contactOrder] = String(offset + 1) }
            let relationship = link[.relationship] ?? link[.relationshipWord] ?? ""
            let name = [row[.surname] ?? "", row[.forename] ?? "", relationship].joined(separator: "|")
            names[name, default: 0] += 1
            let number = names[name, default: 1]
            let key = "\(pupilKey)|\(name)" + (number > 1 ? "|\(number)" : "")
            link[.contactKey] = key
            links.append(link)
            people.append(Person(key: key, draft: person))
        }
    }

    /// True when a contact's key is of a pupil.
    static func isContact(_ key: String, of pupilKey: String) -> Bool { key.hasPrefix(pupilKey + "|") }

    private static func person(_ element: CTFElement, at place: String, _ values: inout CTFValues) -> CTFDraft {
        var draft = CTFDraft(.contactDetails)
        for (node, field, form) in [
            (CTFNode.title, Field.title, ValueForm.line), (.surname, .surname, .line), (.forename, .forename, .line),
            (.sex, .sex, .sex),
        ] {
            draft.add(field, values.listed(element.first(node), form, at: place + node.name, of: .contacts))
        }
        draft.lists = CTFAddress.lists(of: element, at: place, in: .contacts, &values)
        return draft
    }

    private static func link(_ element: CTFElement, at place: String, _ values: inout CTFValues) -> FieldRow {
        var row = FieldRow()
        let order = values.listed(element.first(.order), .integer(0...999), at: place + "Order", of: .contacts)
        row[.contactOrder] = order
        let word = values.listed(element.first(.relationship), .line, at: place + "Relationship", of: .contacts)
        let isCode = word.map { CodeSet.relationship.contains($0) } ?? false
        row[isCode ? .relationship : .relationshipWord] = word
        row[.parentalResponsibility] = values.listed(
            element.first(.responsibility),
            .anyBoolean,
            at: place + "Responsibility",
            of: .contacts
        )
        row[.addressAsPupil] = values.listed(
            element.first(.address)?.first(.addressAsPupil),
            .anyBoolean,
            at: place + "Address/AddressAsPupil",
            of: .contacts
        )
        return row
    }
}
