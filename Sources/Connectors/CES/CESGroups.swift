import School

/// Data groups as elements: the table of `schemas/exchange/ces.md`, section 3.
enum CESGroups {
    /// The groups that the format has elements for.
    static let supported: Set<DataGroup> = [
        .basicDetails, .address, .contacts, .registration, .sen, .fsm, .lookedAfter, .characteristics, .attendance,
        .attainment,
    ]

    /// The elements of one group of a pupil, with their places.
    static func parts(of content: GroupContent, pupil: CESPupil, source: CESParty) throws -> [CESPart] {
        switch content.group {
        case .basicDetails: leaves(.basicDetails, of: content.rows.first)
        // The last spell is the present one.
        case .registration: leaves(.registration, of: content.rows.last) + schoolHistory(content.rows, source: source)
        case .characteristics: characteristics(content.rows)
        case .address: CESAddress.parts(content.rows)
        case .contacts: try contacts(content.rows, pupil: pupil)
        case .fsm: fsm(content.rows)
        case .lookedAfter: lookedAfter(content.rows)
        case .sen: sen(content.rows)
        case .attendance: CESAttendance.attendance(content.rows, source: source)
        case .attainment: CESAttendance.assessments(content.rows)
        default:
            throw RenderError(.unsupportedGroup, "a CES file has no place for the data group \(content.group.name)")
        }
    }

    /// The elements that a receiver matches a pupil by.
    static func identity(_ row: FieldRow?) -> [CESPart] { parts(CESSlot.identity, of: row) }

    private static func leaves(_ group: DataGroup, of row: FieldRow?) -> [CESPart] {
        parts(CESSlot.leaves[group] ?? [], of: row)
    }

    private static func parts(_ table: [(slot: CESSlot, name: String, field: Field)], of row: FieldRow?) -> [CESPart] {
        table.compactMap { slot, name, field in
            row?[field].map { CESPart(slot: slot, element: CESElement(name, $0)) }
        }
    }

    /// SchoolName is left out here, since a new name of the school is no change of the pupil; it is in the header.
    private static func schoolHistory(_ rows: [FieldRow], source: CESParty) -> [CESPart] {
        let schools = rows.map { row in
            CESElement(
                "School",
                [
                    CESElement("LEA", source.authority), CESElement("Estab", source.establishment),
                    CESElement("EntryDate", row[.entryDate]), CESElement("LeavingDate", row[.leavingDate]),
                    CESElement("LeavingReason", row[.leavingReason]),
                ].compactMap(\.self)
            )
        }
        return part(.schoolHistory, "SchoolHistory", schools)
    }

    private static func characteristics(_ rows: [FieldRow]) -> [CESPart] {
        let types = rows.compactMap { row in
            row[.language].map { code in
                CESElement(
                    "Type",
                    [CESElement("LanguageType", row[.languageType]), CESElement("LanguageCode", code)].compactMap(
                        \.self
                    )
                )
            }
        }
        let disabilities = rows.compactMap { CESElement("Disability", $0[.disability]) }
        return leaves(.characteristics, of: rows.first) + part(.languages, "Languages", types)
            + part(.disabilities, "Disabilities", disabilities)
    }

    private static func fsm(_ rows: [FieldRow]) -> [CESPart] {
        let instances = rows.map { row in
            CESElement(
                "FSMinstance",
                [
                    CESElement("FSMstartDate", row[.fsmStart]), CESElement("FSMendDate", row[.fsmEnd]),
                    CESElement("UKcountry", row[.fsmCountry]),
                ].compactMap(\.self)
            )
        }
        let review = CESElement("FSMreviewDate", rows.compactMap { $0[.fsmReviewDate] }.max())
        return part(.fsmHistory, "FSMhistory", [review].compactMap(\.self) + instances)
    }

    private static func lookedAfter(_ rows: [FieldRow]) -> [CESPart] {
        let children = [
            CESElement("InCare", rows.first?[.inCare]), CESElement("CareAuthority", rows.first?[.careAuthority]),
        ]
        return part(.lookedAfter, "LookedAfter", children.compactMap(\.self))
    }

    private static func sen(_ rows: [FieldRow]) -> [CESPart] {
        let provisions = rows.compactMap { row in
            row[.senProvision].map { code in
                CESElement(
                    "SEN",
                    [CESElement("StartDate", row[.senStart]), CESElement("SENprovision", code)].compactMap(\.self)
                )
            }
        }
        let needs = rows.compactMap { row in
            row[.senType].map { type in
                CESElement(
                    "SENneed",
                    [CESElement("SENtype", type), CESElement("SENtypeRank", row[.senRank])].compactMap(\.self)
                )
            }
        }
        return part(.senHistory, "SENhistory", provisions + [CESElement("SENneeds", ifAny: needs)].compactMap(\.self))
    }

    private static func part(_ slot: CESSlot, _ name: String, _ children: [CESElement]) -> [CESPart] {
        CESElement(name, ifAny: children).map { [CESPart(slot: slot, element: $0)] } ?? []
    }

    private static func contacts(_ links: [FieldRow], pupil: CESPupil) throws -> [CESPart] {
        let contacts = try links.map { link in
            guard let details = link[.contactKey].flatMap({ pupil.contactDetails[$0] }) else {
                throw RenderError(.missingContact, "a contact of \(pupil.recipientID) was given without details")
            }
            return CESContact(link: link, details: details)
        }
        return part(.contacts, "Contacts", contacts.sorted().map(\.element))
    }
}
