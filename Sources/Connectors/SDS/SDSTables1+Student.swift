import School

extension SDSTables1 {
    private static let names = RowSlot(group: .basicDetails)
    private static let account = RowSlot(group: .account)
    private static let registration = RowSlot(group: .registration)
    private static let characteristics = RowSlot(group: .characteristics)
    private static let residence = RowSlot(group: .address, defaults: [.init(.addressType, "H")])
    /// Mailing addresses have no code in the Common Basic Data Set.
    private static let mailing = RowSlot(group: .address, place: 1, defaults: [.init(.addressType, "M")])

    static let student = Table(
        file: "Student.csv",
        kind: .pupil,
        columns: identity + addresses("Residence", residence) + addresses("Mailing", mailing),
        unknownColumns: .noted
    )

    private static let identity: [Column] = [
        .required("SIS ID", "ID", form: .key, .key),
        .required(
            "School SIS ID",
            "School DfE Number",
            form: .key,
            .base,
            .reference(.base),
            .field(.roleBase, registration)
        ),
        .optional("First Name", form: .text, onFault: .dropValue, .field(.forename, names)),
        .optional("Last Name", form: .text, onFault: .dropValue, .field(.surname, names)),
        .optional("Username", form: .text, onFault: .dropValue, .field(.username, account)),
        .readPast("Password"),
        .optional("State ID", form: .text, onFault: .dropValue, .field(.stateID, account)),
        .optional("Secondary Email", form: .email, onFault: .dropValue, .field(.secondaryEmail, account)),
        .optional("Student Number", form: .text, onFault: .dropValue, .field(.studentNumber, account)),
        .optional("Middle Name", form: .text, onFault: .dropValue, .field(.middleNames, names)),
        .optional("Grade", form: .grade, onFault: .dropValue, .field(.yearGroup, registration)),
        .optional("Status", form: .text, onFault: .dropValue, .field(.recordStatus, registration)),
        .optional("Gender", form: .sex, onFault: .dropValue, .field(.sex, names)),
        .optional("Birthdate", form: .date, onFault: .dropValue, .field(.birthDate, names)),
        .optional("ELL Status", form: .text, onFault: .dropValue, .field(.englishLearner, characteristics)),
        .optional("FederalRace", form: .text, onFault: .dropValue, .field(.federalRace, characteristics)),
        .optional(
            "Graduation Year",
            form: .integer(1900...2999),
            onFault: .dropValue,
            .field(.graduationYear, registration)
        ),
    ]

    private static func addresses(_ kind: String, _ slot: RowSlot) -> [Column] {
        [
            .optional("\(kind) Address", form: .text, onFault: .dropValue, .field(.addressLine1, slot)),
            .optional("\(kind) City", form: .text, onFault: .dropValue, .field(.town, slot)),
            .optional("\(kind) State", form: .text, onFault: .dropValue, .field(.county, slot)),
            .optional(
                "\(kind) Zip",
                "\(kind) Postal Code",
                form: .text,
                onFault: .dropValue,
                .field(.postcode, slot)
            ),
            .optional("\(kind) Latitude", form: .text, onFault: .dropValue, .field(.latitude, slot)),
            .optional("\(kind) Longitude", form: .text, onFault: .dropValue, .field(.longitude, slot)),
            .optional("\(kind) Country", form: .text, onFault: .dropValue, .field(.country, slot)),
        ]
    }
}
