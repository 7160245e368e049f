import School

extension OneRosterPeople {
    /// Hands out the records of a person, if the person is of the turn's kind.
    func emit(
        _ person: OneRosterPerson,
        _ kind: EntityKind,
        tellsFaults: Bool,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        if tellsFaults, ![EntityKind.pupil, .teacher, .contact].contains(where: person.isOf) {
            let reason =
                isDelta
                ? "has no role in this package, so nobody can tell who it is: a delta must bring the person's roles, too"
                : "has no role that syncd knows: add a role, or leave the person out"
            try receive(.issue(OneRosterSource.issue(person.user, in: .users, "", reason, parks: true)))
        }
        guard person.isOf(kind) else { return }
        guard let bases = source.orgs.bases(of: person.orgs(as: kind)), let home = bases.first else {
            let reason =
                "names several organisations, and orgs.csv does not tell which of them are schools: add their rows"
            let field = hasRolesFile ? "" : "orgSourcedIds"
            return try receive(.issue(OneRosterSource.issue(person.user, in: .users, field, reason, parks: true)))
        }
        switch kind {
        case .pupil: try pupil(person, bases, receive)
        case .teacher: try adult(person, .teacher, .staffDetails, home, receive)
        default: try adult(person, .contact, .contactDetails, home, receive)
        }
    }

    private func pupil(
        _ person: OneRosterPerson,
        _ bases: [String],
        _ receive: (SourceItem) throws -> Void
    ) throws {
        var content = OneRosterContent()
        let row = person.user
        try addDetails(of: person, to: .basicDetails, &content, numbers: numbers(row, receive))
        Self.addMethods(row, to: .address, &content)
        content.add(
            .account,
            row,
            ["username": .username, "enabledUser": .enabled],
            entries: [.init(.studentNumber, Self.localNumber(row))],
            unknown: row.isUnknown("identifier") ? [.studentNumber] : []
        )
        let (year, isYearUnknown) = try year(row, receive)
        for (index, base) in bases.enumerated() {
            var registration = OneRosterContent()
            for role in person.roles(as: .pupil) where source.orgs.base(of: role.org) == base {
                registration.add(
                    .registration,
                    row,
                    entries: Self.entries(role, base: base, year: year),
                    unknown: role.unknown + (isYearUnknown ? [.yearGroup] : [])
                )
            }
            let own: [DataGroup] = index == 0 ? [.basicDetails, .address, .account] : []
            let record = SourceRecord(
                kind: index == 0 ? .pupil : .registration,
                key: person.id,
                base: base,
                groups: content.contents(own) + registration.contents([.registration]),
                dropped: content.dropped(from: own) + registration.dropped,
                references: [.init(kind: .base, key: base, field: orgColumn)],
                origin: row.origin
            )
            try receive(.record(record))
        }
        guard person.tellsLinks || !person.links.isEmpty else { return }
        // What a delta tells of links from the other side alone is not all of them.
        guard !isDelta || person.tellsLinks else {
            let reason =
                "is named by a contact's row, and has no agents of its own: a delta must bring the pupil's, too"
            return try receive(.issue(OneRosterSource.issue(row, in: .users, "agentSourcedIds", reason, parks: false)))
        }
        try receive(.record(links(person, home: bases[0])))
    }

    /// A pupil's contacts: a record of its own, so that a contact who is missing parks the links and not the pupil.
    private func links(_ person: OneRosterPerson, home: String) -> SourceRecord {
        var content = OneRosterContent()
        let ordered = person.links.sorted { $0.key < $1.key }
        for (contact, link) in ordered {
            var entries: [FieldRow.Entry] = [.init(.contactKey, contact), .init(.relationshipWord, link.word)]
            let code = link.extra?["metadata.syncd.relationship"] ?? ""
            let relationship = link.word == "relative" && code.isEmpty ? "REL" : code
            entries.append(.init(.relationship, relationship))
            var unknown: [Field] = link.word.isEmpty ? [.relationshipWord] : []
            if link.word.isEmpty, relationship.isEmpty { unknown.append(.relationship) }
            if let extra = link.extra {
                entries.append(.init(.contactOrder, extra["metadata.syncd.contactPriority"]))
                entries.append(.init(.parentalResponsibility, extra["metadata.syncd.parentalResponsibility"]))
            } else {
                unknown += [.contactOrder, .parentalResponsibility]
            }
            content.add(.contacts, person.user, entries: entries, unknown: unknown)
        }
        return SourceRecord(
            kind: .pupil,
            isPart: true,
            key: person.id,
            base: home,
            groups: content.contents([.contacts]),
            dropped: content.dropped,
            references: ordered.map { .init(kind: .contact, key: $0.key, field: "agentSourcedIds") },
            origin: person.user.origin
        )
    }

    /// A member of staff or a contact: one group holds everything.
    private func adult(
        _ person: OneRosterPerson,
        _ kind: EntityKind,
        _ group: DataGroup,
        _ home: String,
        _ receive: (SourceItem) throws -> Void
    ) throws {
        var content = OneRosterContent()
        let row = person.user
        let number: [FieldRow.Entry] = kind == .teacher ? [.init(.teacherNumber, Self.localNumber(row))] : []
        let unknown: [Field] = kind == .teacher && row.isUnknown("identifier") ? [.teacherNumber] : []
        try addDetails(of: person, to: group, &content, numbers: (number, unknown), account: true)
        if kind == .teacher {
            for role in person.roles(as: .teacher) {
                let entries = Self.entries(role, base: source.orgs.base(of: role.org))
                content.add(group, row, entries: entries, unknown: role.unknown)
            }
        }
        Self.addMethods(row, to: group, &content)
        try receive(
            .record(
                SourceRecord(
                    kind: kind,
                    key: person.id,
                    base: home,
                    groups: content.contents([group]),
                    dropped: content.dropped,
                    references: [.init(kind: .base, key: home, field: orgColumn)],
                    origin: row.origin
                )
            )
        )
    }

    private var orgColumn: String { hasRolesFile ? "orgSourcedId" : "orgSourcedIds" }

    /// Names, numbers, and what demographics say.
    private func addDetails(
        of person: OneRosterPerson,
        to group: DataGroup,
        _ content: inout OneRosterContent,
        numbers: (entries: [FieldRow.Entry], unknown: [Field]),
        account: Bool = false
    ) throws {
        let row = person.user
        var (entries, unknown) = numbers
        let names: KeyValuePairs<String, Field> = [
            "familyName": .surname, "givenName": .forename, "middleName": .middleNames,
            "preferredFamilyName": .preferredSurname, "preferredGivenName": .preferredForename,
        ]
        if let told = person.demographics {
            entries.append(.init(.sex, Self.sex(told["sex"])))
            if told.isUnknown("sex") { unknown.append(.sex) }
            for (column, field) in Self.demographicFields {
                entries.append(.init(field, told[column]))
                if told.isUnknown(column) { unknown.append(field) }
            }
        } else if isDelta || !source.filled.contains(.demographics) {
            unknown += [.sex] + Self.demographicFields.map(\.value)
        }
        if account {
            for (column, field) in [("username", Field.username), ("enabledUser", .enabled)] {
                entries.append(.init(field, row[column]))
                if row.isUnknown(column) { unknown.append(field) }
            }
        }
        content.add(group, row, names, entries: entries, unknown: unknown)
    }

    /// Phones and e-mail.
    private static func addMethods(_ row: OneRosterRow, to group: DataGroup, _ content: inout OneRosterContent) {
        content.add(group, row, ["phone": .phone], type: .init(.phoneType, "H"))
        content.add(group, row, ["sms": .phone], type: .init(.phoneType, "M"))
        content.add(group, row, ["email": .email])
    }

    /// The number that the MIS gives a person.
    private static func localNumber(_ row: OneRosterRow) -> String {
        let ids = OneRosterForm.userIDs(row["userIds"]) ?? []
        return ids.first { $0.type == "MIS" }?.id ?? row["identifier"]
    }

    /// UPN and ULN, which a system sends only when their scope is granted: one that is not told stays.
    private func numbers(
        _ row: OneRosterRow,
        _ receive: (SourceItem) throws -> Void
    ) throws -> (entries: [FieldRow.Entry], unknown: [Field]) {
        let ids = OneRosterForm.userIDs(row["userIds"]) ?? []
        var entries: [FieldRow.Entry] = []
        var unknown: [Field] = []
        for (type, field) in [("UPN", Field.upn), ("ULN", .uln)] {
            guard let text = ids.first(where: { $0.type == type })?.id else {
                unknown.append(field)
                continue
            }
            do throws(SchoolError) {
                entries.append(.init(field, try field == .upn ? UPN(text).description : ULN(text).description))
            } catch {
                unknown.append(field)
                let reason = "\(error.message) (the value was left out)"
                try receive(.issue(OneRosterSource.issue(row, in: .users, "userIds", reason, parks: false)))
            }
        }
        return (entries, unknown)
    }

    /// A pupil is in one year.
    private func year(
        _ row: OneRosterRow,
        _ receive: (SourceItem) throws -> Void
    ) throws -> (year: String, isUnknown: Bool) {
        let years = row.list("grades").map(OneRosterSource.year)
        guard years.count > 1 else { return (years.first ?? "", row.isUnknown("grades")) }
        let reason = "names several years, and a pupil is in one (the value was left out)"
        try receive(.issue(OneRosterSource.issue(row, in: .users, "grades", reason, parks: false)))
        return ("", true)
    }
}
