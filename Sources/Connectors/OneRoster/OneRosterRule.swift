/// A rule of the OneRoster CSV binding, or one that syncd adds to it.
///
/// The raw value is the rule's name in messages, in JSON and in `schemas/exchange/oneroster.md`.
enum OneRosterRule: String, CaseIterable, Sendable {
    // The package

    case manifestContent = "manifest-content"
    case manifestProperty = "manifest-property"
    case manifestAgrees = "manifest-agrees"
    case oneMode = "one-mode"
    case knownFiles = "known-files"
    case fileName = "file-name"
    case filesAtRoot = "files-at-root"
    case rolesWithUsers = "roles-with-users"

    // A file

    case csv = "csv"
    case neededColumn = "needed-column"
    case columnMissing = "column-missing"
    case columnName = "column-name"
    case columnOrder = "column-order"
    case columnUnknown = "column-unknown"
    case hasRows = "has-rows"

    // A row

    case fieldCount = "field-count"
    case neededValue = "needed-value"
    case blankValue = "blank-value"
    case statusInBulk = "status-in-bulk"
    case statusValue = "status-value"
    case uniqueID = "unique-id"
    case idForm = "id-form"
    case impersonalID = "impersonal-id"
    case dateTimeForm = "date-time-form"
    case dateForm = "date-form"
    case period = "period"
    case booleanForm = "boolean-form"
    case codeSpelling = "code-spelling"
    case codeKnown = "code-known"
    case noReturn = "no-return"
    case valueForm = "value-form"
    case reference = "reference"
    case schoolOrg = "school-org"
    case sameSchool = "same-school"

    /// What `--lenient` does instead of refusing the package; nil for a rule that it never waives.
    ///
    /// Rules without one hold back the row, or leave out the value, when they are of a row; the others refuse.
    var waiver: String? {
        switch self {
        case .manifestProperty: "a property that is missing counts as absent, an unknown one is read past"
        case .knownFiles: "a file that is not of OneRoster is left alone"
        case .fileName: "a file name in other capitals is taken for the right one"
        case .filesAtRoot: "files inside a folder are taken as if they lay beside the manifest"
        case .columnMissing: "a column that is missing says nothing: what is known of it stays"
        case .columnName: "a column name in other capitals is taken for the right one"
        case .columnOrder: "columns may stand in any order"
        case .columnUnknown: "a column that is not of OneRoster is read past"
        case .hasRows: "a file without rows says nothing, as if it were absent"
        case .blankValue: "a required value that syncd does not need may be blank"
        case .statusInBulk: "a status in a bulk file counts: rows told as tobedeleted or inactive are left out"
        case .uniqueID: "of rows with one sourcedId, equal ones count once and differing ones are parked"
        case .idForm: "a sourcedId may hold other characters than the standard's"
        case .impersonalID: "a sourcedId may be a UPN"
        case .dateTimeForm: "a time of change may have any form; it is not used"
        case .dateForm: "a date may have a time after it"
        case .booleanForm: "true and false may be in capitals"
        case .codeSpelling: "a word of a list may be in other capitals"
        case .noReturn: "a line break inside a value becomes a space"
        case .reference:
            "what a row names may be missing: a class does without its course or term, other rows are parked"
        case .schoolOrg: "an organisation that is no school may stand where a school should"
        case .sameSchool: "the class tells the school where an enrolment names another"
        case .manifestContent, .manifestAgrees, .oneMode, .rolesWithUsers, .csv, .neededColumn, .fieldCount,
            .neededValue, .statusValue, .period, .codeKnown, .valueForm:
            nil
        }
    }
}

/// A rule that an import was told to waive, and how often that made a difference.
public struct WaivedRule: Sendable, Equatable {
    /// The rule's name.
    public var name: String
    /// What was done instead of refusing.
    public var instead: String
    /// How many defects were let pass.
    public var count: Int
}
