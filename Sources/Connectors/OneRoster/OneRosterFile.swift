import School

/// The version of the standard that a package says it is of.
enum OneRosterVersion: String, Sendable {
    case v11 = "1.1"
    case v12 = "1.2"
}

/// A file that the standard knows, by its name without `.csv`.
enum OneRosterFile: String, CaseIterable, Sendable {
    // Rostering, in the order in which one depends on another.
    case orgs, academicSessions, courses, classes, users, roles, userProfiles, demographics, enrollments

    /// A file of ours: what links of pupils to contacts say beyond the standard (conventions 1.5).
    case syncdLinks

    // Resources and marks, which are not taken in.
    case categories, classResources, courseResources, lineItems, results, resources
    case lineItemLearningObjectiveIds, lineItemScoreScales, resultLearningObjectiveIds, resultScoreScales
    case scoreScales, userResources

    /// The name in a package.
    var name: String { rawValue + ".csv" }

    /// The property of the manifest.
    var property: String { "file." + rawValue }

    /// Files whose rows syncd looks at.
    static let read: [OneRosterFile] = [
        .orgs, .academicSessions, .courses, .classes, .users, .roles, .userProfiles, .demographics, .enrollments,
        .syncdLinks,
    ]

    /// True when the version has the file.
    func isOf(_ version: OneRosterVersion) -> Bool { version == .v12 || !Self.since12.contains(self) }

    /// True when a manifest of the version must speak of the file.
    func mustBeTold(in version: OneRosterVersion) -> Bool { isOf(version) && self != .syncdLinks }

    private static let since12: Set<OneRosterFile> = [
        .roles, .userProfiles, .userResources, .scoreScales, .lineItemScoreScales, .resultScoreScales,
        .lineItemLearningObjectiveIds, .resultLearningObjectiveIds,
    ]
}

/// A column of a file.
struct OneRosterColumn: Sendable {
    /// Its name; capitals count.
    var name: String
    /// How its values are written.
    var form: OneRosterForm
    /// The standard asks for a value in every row.
    var isRequired = false
    /// syncd cannot do without the value.
    var isNeeded = false
    /// Values are the sourcedIds of rows of this file.
    var refersTo: OneRosterFile?
}
