import School

/// The columns of each file, in the standard's order (conventions 1.3).
extension OneRosterFile {
    /// The columns; none for a file whose rows are not looked at.
    func columns(_ version: OneRosterVersion) -> [OneRosterColumn] {
        let own: [OneRosterColumn]
        switch self {
        case .orgs: own = Self.orgColumns
        case .academicSessions: own = Self.sessionColumns
        case .courses: own = Self.courseColumns
        case .classes: own = Self.classColumns
        case .enrollments: own = Self.enrollmentColumns
        case .users: own = version == .v12 ? Self.userColumns12 : Self.userColumns11
        case .roles: own = Self.roleColumns
        case .userProfiles: own = Self.profileColumns
        case .demographics: own = Self.demographicColumns
        case .syncdLinks: own = Self.linkColumns
        default: return []
        }
        let id = OneRosterColumn(
            name: "sourcedId",
            form: .id,
            isRequired: true,
            isNeeded: true,
            refersTo: self == .demographics ? .users : nil
        )
        return [
            id, OneRosterColumn(name: "status", form: .status),
            OneRosterColumn(name: "dateLastModified", form: .dateTime),
        ] + own
    }

    /// May be blank.
    private static func may(_ name: String, _ form: OneRosterForm = .text, _ file: OneRosterFile? = nil)
        -> OneRosterColumn
    {
        OneRosterColumn(name: name, form: form, refersTo: file)
    }

    /// Must not be blank, and is needed.
    private static func must(_ name: String, _ form: OneRosterForm = .text, _ file: OneRosterFile? = nil)
        -> OneRosterColumn
    {
        OneRosterColumn(name: name, form: form, isRequired: true, isNeeded: true, refersTo: file)
    }

    /// Must not be blank by the standard; syncd can do without.
    private static func should(_ name: String, _ form: OneRosterForm = .text, _ file: OneRosterFile? = nil)
        -> OneRosterColumn
    {
        OneRosterColumn(name: name, form: form, isRequired: true, refersTo: file)
    }

    private static let orgColumns = [
        must("name"), must("type", .word(["department", "school", "district", "local", "state", "national"])),
        may("identifier"), may("parentSourcedId", .id, .orgs),
    ]

    private static let sessionColumns = [
        must("title"), must("type", .word(["gradingPeriod", "semester", "schoolYear", "term"])),
        must("startDate", .date), must("endDate", .date), may("parentSourcedId", .id, .academicSessions),
        should("schoolYear", .year),
    ]

    private static let courseColumns = [
        may("schoolYearSourcedId", .id, .academicSessions), must("title"), may("courseCode"), may("grades", .texts),
        should("orgSourcedId", .id, .orgs), may("subjects", .texts), may("subjectCodes", .texts),
    ]

    private static let classColumns = [
        must("title"), may("grades", .texts), should("courseSourcedId", .id, .courses), may("classCode"),
        must("classType", .word(["homeroom", "scheduled"])), may("location"), must("schoolSourcedId", .id, .orgs),
        should("termSourcedIds", .ids, .academicSessions), may("subjects", .texts), may("subjectCodes", .texts),
        may("periods", .texts),
    ]

    private static let enrollmentColumns = [
        must("classSourcedId", .id, .classes), should("schoolSourcedId", .id, .orgs),
        must("userSourcedId", .id, .users), must("role", .word(["administrator", "proctor", "student", "teacher"])),
        may("primary", .boolean), may("beginDate", .date), may("endDate", .date),
    ]

    private static let roles11 = [
        "administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher",
    ]
    private static let roles12 = [
        "aide", "counselor", "districtAdministrator", "guardian", "parent", "principal", "proctor", "relative",
        "siteAdministrator", "student", "systemAdministrator", "teacher",
    ]

    private static let userColumns11 =
        [
            should("enabledUser", .boolean), must("orgSourcedIds", .ids, .orgs), must("role", .word(roles11)),
        ] + userCore

    private static let userColumns12 =
        [should("enabledUser", .boolean)] + userCore + [
            may("userMasterIdentifier"), may("resourceSourcedIds"), may("preferredGivenName"),
            may("preferredMiddleName"), may("preferredFamilyName"), may("primaryOrgSourcedId", .id, .orgs),
            may("pronouns"), may("metadata.syncd.noAgents", .boolean),
        ]

    private static let userCore = [
        should("username"), may("userIds", .userIDs), must("givenName"), must("familyName"), may("middleName"),
        may("identifier"), may("email", .email), may("sms"), may("phone"), may("agentSourcedIds", .ids, .users),
        may("grades", .texts), may("password", .readPast),
    ]

    private static let roleColumns = [
        must("userSourcedId", .id, .users), should("roleType", .word(["primary", "secondary"])),
        must("role", .word(roles12)), may("beginDate", .date), may("endDate", .date), must("orgSourcedId", .id, .orgs),
        may("userProfileSourcedId", .id, .userProfiles),
    ]

    private static let profileColumns = [
        should("userSourcedId", .id, .users), should("profileType"), should("vendorId"), may("applicationId"),
        may("description"), should("credentialType"), should("username"), may("password", .readPast),
    ]

    private static let demographicColumns =
        [
            may("birthDate", .date), may("sex", .word(["male", "female", "unspecified", "other"])),
        ] + races.map { may($0, .boolean) } + [
            may("countryOfBirthCode"), may("stateOfBirthAbbreviation"), may("cityOfBirth"),
            may("publicSchoolResidenceStatus"),
        ]

    private static let races = [
        "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican", "nativeHawaiianOrOtherPacificIslander",
        "white", "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity",
    ]

    private static let linkColumns = [
        must("userSourcedId", .id, .users), must("agentSourcedId", .id, .users),
        may("metadata.syncd.contactPriority"), may("metadata.syncd.parentalResponsibility", .boolean),
        may("metadata.syncd.relationship", .word(CodeSet.relationship.entries.map(\.code))),
    ]
}
