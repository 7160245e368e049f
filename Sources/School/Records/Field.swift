/// Every field that a data group can hold.
///
/// The raw value is stored in events: never changed, never reused.
///
/// Which group a field stands in, its CTF element and the report that grants it are told by the tables that use it.
public enum Field: UInt16, CaseIterable, Sendable, Hashable {
    // Identity of a person

    /// Unique pupil number.
    case upn = 1
    /// Unique learner number.
    case uln = 2
    /// Exam candidate identifier.
    case uci = 3
    /// UPN before the present one.
    case formerUPN = 4
    /// Why there is no UPN: UN1 to UN10.
    case noUPNReason = 5
    /// Legal surname.
    case surname = 6
    /// Legal forename.
    case forename = 7
    /// Middle names.
    case middleNames = 8
    /// Surname in use.
    case preferredSurname = 9
    /// Forename in use.
    case preferredForename = 10
    /// Surname before the present one.
    case formerSurname = 11
    /// Forename before the present one.
    case formerForename = 12
    /// Date of birth, yyyy-MM-dd.
    case birthDate = 13
    /// Sex: M, F or other letters as the source writes them.
    case sex = 14
    /// Title.
    case title = 15
    /// Admission number in the MIS.
    case admissionNumber = 16
    /// Place of birth.
    case birthPlace = 17
    /// State or region of birth.
    case birthRegion = 18
    /// Country of birth.
    case birthCountry = 19

    // Address

    /// home or work; H for the pupil's own address by default.
    case addressType = 30
    /// Secondary addressable object: flat.
    case saon = 31
    /// Primary addressable object: house.
    case paon = 32
    /// Street.
    case street = 33
    /// Locality.
    case locality = 34
    /// Town.
    case town = 35
    /// Administrative area.
    case administrativeArea = 36
    /// Post town.
    case postTown = 37
    /// County or state.
    case county = 38
    /// Postcode or ZIP.
    case postcode = 39
    /// Country.
    case country = 40
    /// Unique property reference number.
    case uprn = 41
    /// Easting.
    case easting = 42
    /// Northing.
    case northing = 43
    /// First unstructured line.
    case addressLine1 = 44
    /// Second line.
    case addressLine2 = 45
    /// Third line.
    case addressLine3 = 46
    /// Fourth line.
    case addressLine4 = 47
    /// Fifth line.
    case addressLine5 = 48
    /// Latitude.
    case latitude = 49
    /// Longitude.
    case longitude = 50
    /// true when a contact lives at the pupil's address.
    case addressAsPupil = 51

    // Phones and e-mail

    /// H, A, M, W, F or D.
    case phoneType = 60
    /// Phone number.
    case phone = 61
    /// E-mail address.
    case email = 62
    /// Home, Work or Other.
    case emailType = 63
    /// A second e-mail address.
    case secondaryEmail = 64

    // Link between pupil and contact

    /// The contact's key in the source.
    case contactKey = 70
    /// Priority, from 1.
    case contactOrder = 71
    /// Relationship code.
    case relationship = 72
    /// true or false.
    case parentalResponsibility = 73
    /// true or false.
    case courtOrder = 74
    /// true or false.
    case correspondence = 75
    /// true or false.
    case pupilReport = 76
    /// true or false.
    case noContact = 77
    /// Relationship as the source words it, where it has no code of ours.
    case relationshipWord = 78

    // Registration

    /// C, M, S, G, F, O or P.
    case enrolmentStatus = 90
    /// National curriculum year.
    case yearGroup = 91
    /// Registration group.
    case registrationGroup = 92
    /// House.
    case house = 93
    /// Date of entry.
    case entryDate = 94
    /// Date of leaving.
    case leavingDate = 95
    /// Reason for leaving.
    case leavingReason = 96
    /// N, B, 6 or 7.
    case boarder = 97
    /// true or false.
    case partTime = 98
    /// Status word of the source, such as Active.
    case recordStatus = 99
    /// Year of leaving school.
    case graduationYear = 100

    // SEN, FSM, looked after, characteristics

    /// N, K, E or an earlier code.
    case senProvision = 110
    /// Start date.
    case senStart = 111
    /// End date.
    case senEnd = 112
    /// Type of need.
    case senType = 113
    /// Rank of the need.
    case senRank = 114
    /// Start date.
    case fsmStart = 120
    /// End date.
    case fsmEnd = 121
    /// UK country.
    case fsmCountry = 122
    /// Review date.
    case fsmReviewDate = 123
    /// TFSM, EFSM or OFSM.
    case fsmCategory = 124
    /// true or false.
    case inCare = 130
    /// LA code.
    case careAuthority = 131
    /// Ethnicity code.
    case ethnicity = 140
    /// Who said so.
    case ethnicitySource = 141
    /// Type of language.
    case languageType = 142
    /// Language code.
    case language = 143
    /// true or false.
    case medicalFlag = 144
    /// Disability code.
    case disability = 145
    /// Race as a US source writes it.
    case federalRace = 146
    /// English language learner, as a US source writes it.
    case englishLearner = 147
    /// Flag of an SDS user.
    case userFlag = 148
    /// Y, N, U or R.
    case serviceChild = 149
    /// Ethnicity as a US source writes it.
    case federalEthnicity = 150

    // Accounts

    /// User name.
    case username = 160
    /// State identifier.
    case stateID = 161
    /// Number in the source beside its key.
    case studentNumber = 162
    /// true or false.
    case enabled = 163
    /// Directory match identifier.
    case accountMatchID = 164

    // Staff

    /// Staff number.
    case teacherNumber = 170
    /// Qualification.
    case qualification = 171
    /// Role at the school.
    case role = 172
    /// Start date of the role.
    case roleStart = 173
    /// End date of the role.
    case roleEnd = 174
    /// true or false.
    case primaryRole = 175
    /// The school at which the role is held.
    case roleBase = 176

    // Classes, courses, terms, calendar

    /// Name or title.
    case name = 180
    /// Number.
    case number = 181
    /// Subject.
    case subject = 182
    /// Periods.
    case periods = 183
    /// The course's key in the source.
    case courseKey = 184
    /// Course name.
    case courseName = 185
    /// Course number.
    case courseNumber = 186
    /// Course description.
    case courseDescription = 187
    /// Course subject.
    case courseSubject = 188
    /// The term's key in the source.
    case termKey = 189
    /// Term name.
    case termName = 190
    /// Start date.
    case termStart = 191
    /// End date.
    case termEnd = 192
    /// The class's key in the source.
    case classKey = 193
    /// Registration or teaching.
    case classType = 194
    /// Role of the member.
    case memberRole = 195
    /// The member's key in the source.
    case memberKey = 196
    /// Grade or year of a class, course or role.
    case grade = 197
    /// School year.
    case schoolYear = 198
    /// Type of session.
    case termType = 199
    /// Date of a session.
    case sessionDate = 200
    /// AM or PM.
    case sessionHalf = 201
    /// true or false.
    case sessionOpen = 202
    /// Code of a course.
    case code = 203

    // Attendance

    /// Attendance code.
    case mark = 210
    /// Minutes late.
    case minutesLate = 211
    /// Comment.
    case markComment = 212

    // Schools

    /// LAESTAB, seven digits.
    case dfeNumber = 220
    /// Unique reference number.
    case urn = 221
    /// Lowest year.
    case gradeLow = 222
    /// Highest year.
    case gradeHigh = 223
    /// The head's key in the source.
    case principalKey = 224
    /// The head's name.
    case principalName = 225
    /// The head's e-mail.
    case principalEmail = 226
    /// Zone.
    case zone = 227
    /// Type of organisation.
    case orgType = 228
    /// The parent organisation's key.
    case parentKey = 229
    /// NCES number.
    case ncesID = 230

    // Results of assessments (domain.md 5.2, item 11)

    /// Key stage.
    case assessmentStage = 231
    /// Where it was set, such as ENG.
    case assessmentLocale = 232
    /// The calendar year of the assessment.
    case assessmentYear = 233
    /// Subject code.
    case assessmentSubject = 234
    /// Method: test, teacher assessment and so on.
    case assessmentMethod = 235
    /// Component of the subject.
    case assessmentComponent = 236
    /// Status of the result.
    case resultStatus = 237
    /// What the result is counted in.
    case resultQualifier = 238
    /// The result.
    case result = 239

    // Amendments of marks (rulings 28)

    /// The code before the amendment.
    case formerMark = 240
    /// Why a mark was amended.
    case amendmentReason = 241
    /// The day of the amendment, yyyy-MM-dd.
    case amendedOn = 242
    /// Who amended.
    case amendedBy = 243
    /// The post of who amended.
    case amenderPost = 244

    // Protection (rulings 11)

    /// true or false: nobody may learn where the pupil is.
    case restrictedAddress = 260
    /// true or false.
    case adopted = 261

    /// The name in JSON output, in manifests and in messages.
    public var name: String { String(describing: self) }
}
