/// The rule that a row or value broke, as data issues are filtered by it and as people learn how to mend it.
///
/// An open set of codes; a code is stored and never changes its meaning. The codes of `SchoolError` are among them, so
/// that a faulty UPN goes by the number that the census gives it (`upn1510`).
public struct IssueRule: Hashable, Sendable, RawRepresentable {
    /// The code.
    public let rawValue: String

    /// Makes a rule of a code.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The rule that a value of the domain broke.
    public init(_ code: SchoolError.Code) { rawValue = code.rawValue }

    /// A value that must be there is not.
    public static let valueMissing = Self(rawValue: "valueMissing")
    /// The row has more or fewer fields than the header.
    public static let fieldCount = Self(rawValue: "fieldCount")
    /// Values of one row, or rows of one thing, do not go together.
    public static let valuesDisagree = Self(rawValue: "valuesDisagree")
    /// Rows with one key say different things (rulings 36).
    public static let rowsDiffer = Self(rawValue: "rowsDiffer")
    /// The row points at something that is not there.
    public static let referenceMissing = Self(rawValue: "referenceMissing")
    /// The row points at something whose own row is held back.
    public static let referenceHeld = Self(rawValue: "referenceHeld")
    /// It cannot be told which school the row belongs to, or the files do not speak for that school.
    public static let baseUnclear = Self(rawValue: "baseUnclear")
    /// The row holds more than any honest one.
    public static let tooLarge = Self(rawValue: "tooLarge")
    /// The row deletes what the files still tell, or what cannot be deleted so.
    public static let deletionRefused = Self(rawValue: "deletionRefused")
    /// The account that made the export might not read an area (S3-100).
    public static let areaDenied = Self(rawValue: "areaDenied")
    /// A mark of a day before the pupil's entry, other than Z (rulings 28).
    public static let markBeforeEntry = Self(rawValue: "markBeforeEntry")
    /// Any other rule of a format.
    public static let formatRule = Self(rawValue: "formatRule")

    /// What somebody in the office does about it, in a sentence without personal data.
    public var mending: String {
        switch self {
        case .valueMissing: "Fill the value in in the MIS and export again."
        case .fieldCount: "Export again; do not edit the file by hand."
        case .valuesDisagree: "Correct the values in the MIS so that they go together, and export again."
        case .rowsDiffer: "Keep one of the rows in the MIS, and export again."
        case .referenceMissing: "Add what the row names to the export, or take the row out."
        case .referenceHeld: "Correct the row that is named; this one goes in with it."
        case .baseUnclear: "Say in the export which school the row belongs to."
        case .tooLarge: "Look for a quote in the wrong place, and export again."
        case .deletionRefused: "Correct the list of deletions, and export again."
        case .areaDenied: "Have the permission given to the account that exports, and export again."
        case .markBeforeEntry:
            "Correct the entry date in the MIS and export again: the mark comes in with it. If the mark is wrong, correct it."
        case .formatRule: "Do what the reason says, and export again."
        default:
            rawValue.hasPrefix("upn") || rawValue.hasPrefix("uln")
                ? "Check the number with the previous school or the authority, correct it in the MIS and export again."
                : "Correct the value in the MIS and export again."
        }
    }
}
