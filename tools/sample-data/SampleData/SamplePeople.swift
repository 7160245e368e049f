/// A pupil's time at one school of the neighbourhood.
struct Spell {
    var school: Int
    var status: String
    var year: Int
    var letter: String
    var entry: CivilDate
    var leaving: CivilDate?
    var reason = ""
    /// The teaching set of older pupils.
    var set = 0

    /// On the register on this day.
    func isActive(on date: CivilDate) -> Bool {
        status != "P" && entry <= date && leaving.map { $0 >= date } != false
    }
}

/// A pupil's link to a contact.
struct Link {
    var contact: Int
    var relationship: String
    var priority: Int
    var responsibility: Bool
    var courtOrder = false
    var addressAsPupil: Bool
}

/// A dated free school meals instance.
struct MealsInstance {
    var start: CivilDate
    var end: CivilDate?
}

/// A special educational needs provision.
struct Provision {
    var code: String
    var start: CivilDate
    var end: CivilDate?
}

/// A child.
struct SamplePupil {
    var key: String
    /// The school whose pupil it is: the one with the main registration.
    var home: Int
    var family: Int
    var surname: String
    var forename: String
    var middleNames = ""
    var preferredForename = ""
    var formerSurname = ""
    var birth: CivilDate
    var sex: String
    var upn = ""
    var formerUPN = ""
    var noUPNReason = ""
    var admissionNumber: String
    var spells: [Spell]
    var links: [Link]
    var email = ""
    var meals: [MealsInstance] = []
    var provisions: [Provision] = []
    var needs: [String] = []
    var careAuthority: String?
    var leftCare = false
    var ethnicity: String
    var language: String
    var homeLanguage = ""
    var medicalFlag = false
    var disabilities: [String] = []
    var serviceChild = "N"

    /// The registration that counts on a day: at the home school.
    func activeSpell(on date: CivilDate) -> Int? {
        spells.firstIndex { $0.school == home && $0.isActive(on: date) }
    }
}

/// A parent, carer or other adult.
struct SampleContact {
    var key: String
    var school: Int
    var surname: String
    var forename: String
    var title: String
    var sex: String
    var mobile: String
    var workPhone = ""
    var email: String
    /// An address of their own, when they do not live with the family.
    var ownAddress: Address?
    var family: Int
}

/// Where somebody lives.
struct Address {
    var flat = ""
    var house: String
    var street: String
    var locality: String
    var town: String
    var postcode: String
}

/// The people at one address, and who speaks for their children.
struct Family {
    var surname: String
    var address: Address
    var homePhone: String
    var links: [Link]
    var children = 0
}

/// A member of staff and the class they take.
struct SampleStaff {
    var key: String
    var surname: String
    var forename: String
    var title: String
    var sex: String
    var number: String
    var role: String
    var start: CivilDate
    var email: String
    var classes: [String]
}

/// A registration or teaching group.
struct SampleClass {
    var key: String
    var name: String
    var isRegistration: Bool
    var subject = ""
    var year: Int
}

/// A school with its staff and classes; its pupils stand in the neighbourhood.
struct SampleSchool {
    var number: Int
    var base: String
    var name: String
    var years: ClosedRange<Int>
    var formsPerYear: Int
    var pupilsPerYear: Int
    var staff: [SampleStaff] = []
    var classes: [SampleClass] = []
    /// Serial numbers given so far.
    var admissions = 0
    var serials: [Int: Int] = [:]
    /// Temporary pupil numbers replaced so far.
    var resolved = 0

    var isSecondary: Bool { years.lowerBound >= 7 }

    /// The form of a year that a letter names: 3A, RB.
    func form(_ year: Int, _ letter: String) -> String { SampleSchool.yearCode(year) + letter }

    func classKey(_ name: String) -> String { "C-\(padded(number, 3))-\(name)" }

    /// The national curriculum year's code.
    static func yearCode(_ year: Int) -> String { year == 0 ? "R" : String(year) }
}
