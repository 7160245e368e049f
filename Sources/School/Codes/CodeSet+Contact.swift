/// Code sets of contacts (domain.md 7).
extension CodeSet {
    /// Relationship of a contact to a pupil.
    public static let relationship = CodeSet(
        "relationship",
        [
            "PAM": "mother", "PAF": "father", "STM": "stepmother", "STF": "stepfather", "FOM": "foster mother",
            "FOF": "foster father", "CAR": "carer", "CHM": "childminder", "REL": "other relative",
            "FAM": "other family member", "SWR": "social worker", "DOC": "doctor", "TCH": "teacher",
            "HTC": "head teacher", "RLG": "religious", "OTH": "other",
        ]
    )
    /// Where a phone is.
    public static let phoneLocation = CodeSet(
        "phone location",
        ["H": "home", "A": "alternate home", "M": "mobile", "W": "work", "F": "fax", "D": "minicom"]
    )
    /// Where an e-mail address belongs.
    public static let emailLocation = CodeSet(
        "e-mail location",
        ["Home": "home", "Work": "work", "Other": "other"]
    )
    /// Kind of address.
    public static let addressType = CodeSet("address type", ["H": "home", "W": "work"])
}
