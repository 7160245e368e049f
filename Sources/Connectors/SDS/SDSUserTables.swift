import School

/// The files of versions 2 and 2.1 that are about people.
///
/// One person's facts are spread over five files, and what they are about (a pupil, a member of staff, a contact) stands
/// in the role. So each file has a table for each kind of person, with the same columns and other homes for them.
struct SDSUserTables {
    /// The kind of person: pupil, teacher or contact.
    let kind: EntityKind

    /// The place of the user's key in every table.
    static let key = 0
    /// Places in `roles`, and in `users` of version 2.
    static let (roleOrg, role, rolePrimary) = (1, 2, 5)
    /// Place of the other person in `relationships`.
    static let (related, relatedRole) = (1, 2)

    private var names: RowSlot {
        switch kind {
        case .pupil: RowSlot(group: .basicDetails, isShared: true)
        case .teacher: RowSlot(group: .staffDetails, isShared: true)
        default: RowSlot(group: .contactDetails, isShared: true)
        }
    }
    private var account: RowSlot { kind == .pupil ? RowSlot(group: .account) : names }
    private var registration: RowSlot {
        kind == .pupil ? RowSlot(group: .registration) : RowSlot(group: names.group, section: 1)
    }
    /// Special-category items.
    ///
    /// Of a pupil they have a group of their own.
    private var characteristics: RowSlot { kind == .pupil ? RowSlot(group: .characteristics) : names }
    private var flags: RowSlot {
        kind == .pupil ? RowSlot(group: .characteristics, section: 1) : RowSlot(group: names.group, section: 4)
    }

    private func method(_ type: String?, section: Int, place: Int, essential: Field) -> RowSlot {
        let defaults = type.map { [FieldRow.Entry(.phoneType, $0)] } ?? []
        let group = kind == .pupil ? DataGroup.address : names.group
        return RowSlot(group: group, section: section, place: place, defaults: defaults, essential: essential)
    }

    /// `users.csv` of version 2, where roles stand in the same line.
    var users2: Table {
        Table(
            file: "users.csv",
            kind: kind,
            columns: [
                .required("sourcedId", form: .key, .key),
                .required(
                    "orgSourcedIds",
                    form: .text,
                    .repeated(.roleBase, registration, separator: ",")
                ),
                .required("role", form: .text, .field(.role, registration)),
                .optional(
                    "grade",
                    form: .grade,
                    onFault: .dropValue,
                    .field(kind == .pupil ? .yearGroup : .grade, registration)
                ),
            ] + person,
            unknownColumns: .noted
        )
    }

    /// `users.csv` of version 2.1.
    var users21: Table {
        Table(
            file: "users.csv",
            kind: kind,
            columns: [.required("sourcedId", form: .key, .key)] + person,
            unknownColumns: .noted
        )
    }

    private var person: [Column] {
        [
            .optional("username", form: .text, onFault: .dropValue, .field(.username, account)),
            .optional("givenName", form: .text, onFault: .dropValue, .field(.forename, names)),
            .optional("familyName", form: .text, onFault: .dropValue, .field(.surname, names)),
            .readPast("password"),
            .optional(
                "activeDirectoryMatchId",
                form: .text,
                onFault: .dropValue,
                .field(.accountMatchID, account)
            ),
            .optional(
                "email",
                form: .email,
                onFault: .dropValue,
                .field(.email, method(nil, section: 3, place: 0, essential: .email))
            ),
            .optional(
                "phone",
                form: .text,
                onFault: .dropValue,
                .field(.phone, method("H", section: 2, place: 0, essential: .phone))
            ),
            .optional(
                "sms",
                form: .text,
                onFault: .dropValue,
                .field(.phone, method("M", section: 2, place: 1, essential: .phone))
            ),
        ]
    }

    var roles: Table {
        Table(
            file: "roles.csv",
            kind: nil,
            columns: [
                .required("userSourcedId", form: .key, .key),
                .required("orgSourcedId", form: .key, .field(.roleBase, registration)),
                .required("role", form: .text, .field(.role, registration)),
                .optional("sessionSourcedId", form: .key, onFault: .dropValue, .field(.termKey, registration)),
                .optional(
                    "grade",
                    form: .grade,
                    onFault: .dropValue,
                    .field(kind == .pupil ? .yearGroup : .grade, registration)
                ),
                .optional("isPrimary", form: .anyBoolean, onFault: .dropValue, .field(.primaryRole, registration)),
                .optional("roleStartDate", form: .date, onFault: .dropValue, .field(.roleStart, registration)),
                .optional("roleEndDate", form: .date, onFault: .dropValue, .field(.roleEnd, registration)),
            ],
            unknownColumns: .noted
        )
    }

    var demographics: Table {
        Table(
            file: "demographics.csv",
            kind: nil,
            columns: [
                .required("userSourcedId", form: .key, .key),
                .optional("sex", form: .sex, onFault: .dropValue, .field(.sex, names)),
                .optional("birthDate", form: .date, onFault: .dropValue, .field(.birthDate, names)),
                .optional("birthCity", form: .text, onFault: .dropValue, .field(.birthPlace, names)),
                .optional("birthState", form: .text, onFault: .dropValue, .field(.birthRegion, names)),
                .optional("birthCountry", form: .text, onFault: .dropValue, .field(.birthCountry, names)),
                .optional(
                    "ethnicityCodes",
                    form: .text,
                    onFault: .dropValue,
                    .field(.federalEthnicity, characteristics)
                ),
                .optional("raceCodes", form: .text, onFault: .dropValue, .field(.federalRace, characteristics)),
            ],
            unknownColumns: .noted
        )
    }

    var userFlags: Table {
        Table(
            file: "userFlags.csv",
            kind: nil,
            columns: [
                .required("userSourcedId", form: .key, .key),
                .required("flag", form: .text, .field(.userFlag, flags)),
            ],
            unknownColumns: .noted
        )
    }

    /// Links of pupils to contacts.
    ///
    /// The word of the relationship is kept; words that are codes of ours are told as such.
    static let relationships = Table(
        file: "relationships.csv",
        kind: .pupil,
        columns: [
            .required("userSourcedId", form: .key, .key),
            .required(
                "relationshipUserSourcedId",
                form: .key,
                .reference(.contact),
                .field(.contactKey, RowSlot(group: .contacts))
            ),
            .required(
                "relationshipRole",
                form: .text,
                .field(.relationshipWord, RowSlot(group: .contacts))
            ),
        ],
        unknownColumns: .noted
    )
}
