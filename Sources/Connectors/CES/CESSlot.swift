import School

/// The places of a pupil's elements, in the order of the file (domain.md 5.2).
enum CESSlot: Int, CaseIterable {
    case upn, uln, uci, surname, forename, birthDate, sex
    // Inside BasicDetails
    case formerUPN, preferredSurname, preferredForename, formerSurname, formerForename, middleNames
    case yearGroup, ethnicity, ethnicitySource, languages, medicalFlag, disabilities, enrolmentStatus
    // After it
    case fsmHistory, lookedAfter, senHistory, address, phones, email, contacts, attendance, assessments, schoolHistory

    /// Whether it stands inside `BasicDetails`.
    var isBasicDetail: Bool { rawValue >= Self.formerUPN.rawValue && rawValue <= Self.enrolmentStatus.rawValue }

    /// Fields of one value each that are elements of their own: the place, the element and the field.
    static let leaves: [DataGroup: [(slot: CESSlot, name: String, field: Field)]] = [
        .basicDetails: identity + [
            (.uln, "UniqueLearnerNumber", .uln),
            (.uci, "UCI", .uci),
            (.formerUPN, "FormerUPN", .formerUPN),
            (.preferredSurname, "PreferredSurname", .preferredSurname),
            (.preferredForename, "PreferredForename", .preferredForename),
            (.formerSurname, "FormerSurname", .formerSurname),
            (.formerForename, "FormerForename", .formerForename),
            (.middleNames, "MiddleNames", .middleNames),
        ],
        .registration: [
            (.yearGroup, "NCyearActual", .yearGroup),
            (.enrolmentStatus, "EnrolStatus", .enrolmentStatus),
        ],
        .characteristics: [
            (.ethnicity, "Ethnicity", .ethnicity),
            (.ethnicitySource, "EthnicitySource", .ethnicitySource),
            (.medicalFlag, "MedicalFlag", .medicalFlag),
        ],
    ]

    /// What a receiver matches by; the element is Sex from CTF 25 on, Gender before.
    static let identity: [(slot: CESSlot, name: String, field: Field)] = [
        (.upn, "UPN", .upn),
        (.surname, "Surname", .surname),
        (.forename, "Forename", .forename),
        (.birthDate, "DOB", .birthDate),
        (.sex, "Sex", .sex),
    ]
}

/// An element and its place.
struct CESPart: Hashable {
    let slot: CESSlot
    let element: CESElement
}
