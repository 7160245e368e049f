/// Whether a contact lives where a pupil lives, as far as records tell.
public enum Residence {
    /// Whether a contact lives with a pupil.
    ///
    /// Where nothing says where a contact lives, the contact is taken to live with the pupil: a phone that is given in error
    /// finds a child.
    ///
    /// - Parameters:
    ///   - link: the pupil's link to the contact.
    ///   - details: the contact's own.
    ///   - home: the pupil's addresses.
    public static func isShared(_ link: FieldRow, _ details: GroupContent?, home: GroupContent?) -> Bool {
        let rows = details?.rows ?? []
        if link[.addressAsPupil] == "true" || rows.contains(where: { $0[.addressAsPupil] == "true" }) { return true }
        let places = rows.map(\.addressLines).filter { !$0.isEmpty }
        let saysNo = link[.addressAsPupil] == "false" || rows.contains { $0[.addressAsPupil] == "false" }
        guard !places.isEmpty else { return !saysNo }
        let homes = home?.rows ?? []
        if !Set(homes.map(\.addressLines)).isDisjoint(with: places) { return true }
        let postcodes = Set(homes.compactMap(\.plainPostcode))
        return rows.contains { $0.plainPostcode.map(postcodes.contains) ?? false }
    }
}

extension Field {
    /// The fields that say where an address is.
    public static let ofAddress: Set<Field> = [
        .saon, .paon, .street, .locality, .town, .administrativeArea, .postTown, .uprn, .addressLine1, .addressLine2,
        .addressLine3, .addressLine4, .addressLine5, .county, .postcode, .country, .easting, .northing, .latitude,
        .longitude,
    ]

    /// What leads to where somebody is: the address, and what reaches them there.
    public static let ofWhereabouts: Set<Field> = ofAddress.union([
        .addressType, .addressAsPupil, .phoneType, .phone, .email, .emailType, .secondaryEmail,
    ])

    /// Names of before, and the number that goes with them.
    public static let ofFormerNames: Set<Field> = [.formerSurname, .formerForename, .formerUPN]

    /// Names and number by which an adopted child may have been known before.
    public static let ofNames: Set<Field> = [
        .surname, .forename, .middleNames, .preferredSurname, .preferredForename, .upn,
    ]
}

extension FieldRow {
    /// Where the address of the row is, in whatever fields and letters; empty for none.
    public var addressLines: String {
        entries.filter { Field.ofAddress.contains($0.field) && $0.field != .country }
            .map { $0.value.lowercased().filter { !$0.isWhitespace && !$0.isPunctuation } }
            .sorted().joined(separator: " ")
    }

    /// The postcode in one form; nil for none.
    public var plainPostcode: String? { self[.postcode]?.uppercased().filter { !$0.isWhitespace } }
}
