/// An element of a Common Transfer File that is read, under one name or another (domain.md 5.2).
///
/// The raw value stands in the frames between the reading process and us, and nowhere else.
enum CTFNode: UInt8, CaseIterable, Sendable {
    case file = 1
    case header, sourceSchool, destSchool, pupilData, pupil
    case documentName, version, dateTime, qualifier, supplier, authority, establishment, schoolName, academicYear
    case upn, uln, uci, surname, forename, birthDate, sex
    case basicDetails, formerUPN, preferredSurname, preferredForename, formerSurname, formerForename, middleNames
    case yearGroup, ethnicity, ethnicitySource, languages, languageEntry, languageType, language, medicalFlag
    case disabilities, disability, enrolmentStatus
    case fsmHistory, fsmReviewDate, fsmInstance, fsmStart, fsmEnd, fsmCountry
    case lookedAfter, inCare, careAuthority
    case senHistory, sen, senStart, senEnd, senProvision, senNeeds, senNeed, senType, senRank
    case address, structured, saon, paon, street, locality, town, administrativeArea, postTown, uprn
    case lines, line1, line2, line3, line4, line5, county, postcode, country, easting, northing, addressAsPupil
    case phones, phone, phoneType, phoneNumber, email
    case contacts, contact, order, title, relationship, responsibility
    case attendance, yearData, year, attendSessions, attendanceStart, marks
    case schoolHistory, school, entryDate, leavingDate, leavingReason
    case stageAssessments, keyStage, stage, stageAssessment
    case locale, assessmentYear, subject, method, component, resultStatus, resultQualifier, result

    /// What a node may hold, and under which names and parents it stands.
    struct Rule: Sendable {
        var node: CTFNode
        /// The names: the one of CTF 25 first, then those of the CTF 12 era.
        var names: [String]
        var parents: [CTFNode]
        /// Holds text; otherwise elements.
        var isLeaf = true
        /// May stand several times under one parent.
        var repeats = false
    }

    /// Every element that is read; all others are passed over.
    static let rules: [Rule] =
        branches + headerLeaves + pupilLeaves + detailLeaves + addressLeaves + otherLeaves
        + resultLeaves

    private static let branches: [Rule] = [
        branch(.header, "Header", [.file]), branch(.sourceSchool, "SourceSchool", [.header]),
        branch(.destSchool, "DestSchool", [.header]), branch(.pupilData, "CTFpupilData", [.file]),
        branch(.pupil, "Pupil", [.pupilData], repeats: true), branch(.basicDetails, "BasicDetails", [.pupil]),
        branch(.languages, "Languages", [.basicDetails]), branch(.languageEntry, "Type", [.languages], repeats: true),
        branch(.disabilities, "Disabilities", [.basicDetails]), branch(.fsmHistory, "FSMhistory", [.pupil]),
        branch(.fsmInstance, "FSMinstance", [.fsmHistory], repeats: true),
        branch(.lookedAfter, "LookedAfter", [.pupil]), branch(.senHistory, "SENhistory", [.pupil]),
        branch(.sen, "SEN", [.senHistory], repeats: true), branch(.senNeeds, "SENneeds", [.senHistory]),
        branch(.senNeed, "SENneed", [.senNeeds], repeats: true), branch(.address, "Address", [.pupil, .contact]),
        branch(.structured, "BS7666Address", [.address]), branch(.lines, "AddressLines", [.address]),
        branch(.phones, "Phones", [.pupil, .contact]), branch(.phone, "Phone", [.phones], repeats: true),
        branch(.contacts, "Contacts", [.pupil]), branch(.contact, "Contact", [.contacts], repeats: true),
        branch(.attendance, "Attendance", [.pupil]), branch(.yearData, "YearData", [.attendance], repeats: true),
        branch(.attendSessions, "AttendSessions", [.yearData], repeats: true),
        branch(.stageAssessments, "StageAssessments", [.pupil]),
        branch(.keyStage, "KeyStage", [.stageAssessments], repeats: true),
        branch(.stageAssessment, "StageAssessment", [.keyStage], repeats: true),
        branch(.schoolHistory, "SchoolHistory", [.pupil]), branch(.school, "School", [.schoolHistory], repeats: true),
    ]

    private static let headerLeaves: [Rule] = [
        leaf(.documentName, ["DocumentName"], [.header]), leaf(.version, ["CTFversion"], [.header]),
        leaf(.dateTime, ["DateTime"], [.header]),
        leaf(.qualifier, ["DocumentQualifier", "DataQualifier"], [.header]),
        leaf(.supplier, ["SupplierID", "SuppID"], [.header]),
        leaf(.authority, ["LEA"], [.sourceSchool, .destSchool, .school, .yearData]),
        leaf(.establishment, ["Estab"], [.sourceSchool, .destSchool, .school, .yearData]),
        leaf(.schoolName, ["SchoolName"], [.sourceSchool]), leaf(.academicYear, ["AcademicYear"], [.sourceSchool]),
    ]

    private static let pupilLeaves: [Rule] = [
        leaf(.upn, ["UPN"], [.pupil]), leaf(.uln, ["UniqueLearnerNumber"], [.pupil]), leaf(.uci, ["UCI"], [.pupil]),
        leaf(.surname, ["Surname"], [.pupil, .contact]), leaf(.forename, ["Forename"], [.pupil, .contact]),
        leaf(.birthDate, ["DOB"], [.pupil]), leaf(.sex, ["Sex", "Gender"], [.pupil, .contact]),
        leaf(.email, ["Email"], [.pupil, .contact]),
    ]

    private static let detailLeaves: [Rule] = [
        leaf(.formerUPN, ["FormerUPN"], [.basicDetails]),
        leaf(.preferredSurname, ["PreferredSurname"], [.basicDetails]),
        leaf(.preferredForename, ["PreferredForename"], [.basicDetails]),
        leaf(.formerSurname, ["FormerSurname"], [.basicDetails]),
        leaf(.formerForename, ["FormerForename"], [.basicDetails]),
        leaf(.middleNames, ["MiddleNames"], [.basicDetails]), leaf(.yearGroup, ["NCyearActual"], [.basicDetails]),
        leaf(.ethnicity, ["Ethnicity"], [.basicDetails]),
        leaf(.ethnicitySource, ["EthnicitySource"], [.basicDetails]),
        leaf(.medicalFlag, ["MedicalFlag"], [.basicDetails]), leaf(.enrolmentStatus, ["EnrolStatus"], [.basicDetails]),
        leaf(.languageType, ["LanguageType"], [.languageEntry]), leaf(.language, ["LanguageCode"], [.languageEntry]),
        Rule(node: .disability, names: ["Disability"], parents: [.disabilities], repeats: true),
    ]

    private static let addressLeaves: [Rule] = [
        leaf(.saon, ["SAON"], [.structured]), leaf(.paon, ["PAON"], [.structured]),
        leaf(.street, ["Street"], [.structured]), leaf(.locality, ["Locality"], [.structured]),
        leaf(.town, ["Town"], [.structured]), leaf(.administrativeArea, ["AdministrativeArea"], [.structured]),
        leaf(.postTown, ["PostTown"], [.structured]), leaf(.uprn, ["UniquePropertyReferenceNumber"], [.structured]),
        leaf(.line1, ["AddressLine1"], [.lines]), leaf(.line2, ["AddressLine2"], [.lines]),
        leaf(.line3, ["AddressLine3"], [.lines]), leaf(.line4, ["AddressLine4"], [.lines]),
        leaf(.line5, ["AddressLine5"], [.lines]), leaf(.county, ["County"], [.address]),
        leaf(.postcode, ["PostCode"], [.address]), leaf(.country, ["Country"], [.address]),
        leaf(.easting, ["Easting"], [.address]), leaf(.northing, ["Northing"], [.address]),
        leaf(.addressAsPupil, ["AddressAsPupil"], [.address]),
        leaf(.phoneType, ["TelephoneType"], [.phone]), leaf(.phoneNumber, ["PhoneNo"], [.phone]),
    ]

    private static let otherLeaves: [Rule] = [
        leaf(.fsmReviewDate, ["FSMreviewDate"], [.fsmHistory]), leaf(.fsmStart, ["FSMstartDate"], [.fsmInstance]),
        leaf(.fsmEnd, ["FSMendDate"], [.fsmInstance]), leaf(.fsmCountry, ["UKcountry"], [.fsmInstance]),
        leaf(.inCare, ["InCare"], [.lookedAfter]), leaf(.careAuthority, ["CareAuthority"], [.lookedAfter]),
        leaf(.senStart, ["StartDate"], [.sen]), leaf(.senEnd, ["EndDate"], [.sen]),
        leaf(.senProvision, ["SENprovision"], [.sen]), leaf(.senType, ["SENtype"], [.senNeed]),
        leaf(.senRank, ["SENtypeRank"], [.senNeed]), leaf(.order, ["Order"], [.contact]),
        leaf(.title, ["Title"], [.contact]), leaf(.relationship, ["Relationship"], [.contact]),
        leaf(.responsibility, ["Responsibility"], [.contact]), leaf(.year, ["Year"], [.yearData]),
        leaf(.attendanceStart, ["AttendanceStartDate"], [.attendSessions]),
        leaf(.marks, ["AttendanceMarks"], [.attendSessions]), leaf(.entryDate, ["EntryDate"], [.school]),
        leaf(.leavingDate, ["LeavingDate"], [.school]), leaf(.leavingReason, ["LeavingReason"], [.school]),
    ]

    private static let resultLeaves: [Rule] = [
        leaf(.stage, ["Stage"], [.keyStage]), leaf(.locale, ["Locale"], [.stageAssessment]),
        leaf(.assessmentYear, ["Year"], [.stageAssessment]), leaf(.subject, ["Subject"], [.stageAssessment]),
        leaf(.method, ["Method"], [.stageAssessment]), leaf(.component, ["Component"], [.stageAssessment]),
        leaf(.resultStatus, ["ResultStatus"], [.stageAssessment]),
        leaf(.resultQualifier, ["ResultQualifier"], [.stageAssessment]),
        leaf(.result, ["Result"], [.stageAssessment]),
    ]

    private static func branch(_ node: CTFNode, _ name: String, _ parents: [CTFNode], repeats: Bool = false) -> Rule {
        Rule(node: node, names: [name], parents: parents, isLeaf: false, repeats: repeats)
    }

    private static func leaf(_ node: CTFNode, _ names: [String], _ parents: [CTFNode]) -> Rule {
        Rule(node: node, names: names, parents: parents)
    }
}
