import Foundation
import Testing

/// A format in which a school's people come in, with a small school of made-up people: of a pupil, the pupil's contact and a
/// member of staff every field that takes a text is unusual, and others stay.
enum CanaryFormat: String, CaseIterable, CustomTestStringConvertible {
    case sds1 = "School Data Sync 1"
    case sds21 = "School Data Sync 2.1"
    case oneRoster11 = "OneRoster 1.1"
    case oneRoster12 = "OneRoster 1.2"
    case ctf = "CTF"

    /// The base's key, which is also its DfE number.
    static let base = "0012001"
    /// What is unusual about them and has no letters.
    static let numbers = ["07700900777", "07700 900777", "L001107921412"]
    /// The key of the unusual pupil, where the files tell it.
    static let pupil = "P-\(Canary.marker)"
    /// The key of somebody who stays.
    static let present = "p2"

    var testDescription: String { rawValue }

    /// How the unusual pupil is named on the command line.
    var pupilName: String { self == .ctf ? Self.numbers[2] : Self.pupil }
    /// The same of somebody who stays.
    var presentName: String { self == .ctf ? "J001107921401" : Self.present }
    /// Whether the files tell of staff.
    var hasStaff: Bool { self != .ctf }

    /// Files of one day.
    ///
    /// - Parameter day: the unusual texts are others each day, so that what was before lies in the log, too.
    func files(_ day: Int) -> [String: String] {
        let texts = CanaryTexts(day: day)
        return switch self {
        case .sds1: Self.version1(texts)
        case .sds21: Self.version21(texts)
        case .oneRoster11: Self.roster(texts, isNewer: false)
        case .oneRoster12: Self.roster(texts, isNewer: true)
        case .ctf: ["820LLLL_CTF_0012001_00\(day).xml": Self.transfer(texts)]
        }
    }

    /// The arguments of an import of the files in a folder.
    func arguments(_ folder: String, _ day: Int) -> [String] {
        let format = self == .ctf ? "ctf" : rawValue.hasPrefix("School") ? "sds-csv" : "oneroster"
        guard self == .ctf else {
            return ["import", "--format", format, "--full", folder, "--register", "--json"]
        }
        return [
            "import", "--format", format, "--delta", "--register", "--destination", "820LLLL", "--json",
            folder + "/820LLLL_CTF_0012001_00\(day).xml",
        ]
    }

    /// Rows under a header; values that are missing are blank.
    static func table(_ columns: [String], _ rows: [[String: String]]) -> String {
        ([columns] + rows.map { row in columns.map { row[$0] ?? "" } })
            .map { $0.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n" }.joined()
    }
}

/// Unusual texts: each value that is asked for is another one.
final class CanaryTexts {
    private let day: Int
    private var number = 0

    init(day: Int) { self.day = day }

    /// A text that holds the marker.
    func text() -> String {
        number += 1
        return "\(Canary.marker)\(day)x\(number) é"
    }

    /// An e-mail address that holds it.
    func mail() -> String {
        number += 1
        return "\(Canary.marker)\(day)x\(number)@example.org"
    }

    /// A text for each of some columns.
    func row(_ columns: [String], _ others: [String: String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: columns.map { ($0, text()) }).merging(others) { $1 }
    }
}

extension CanaryFormat {
    private static let addressColumns = ["Residence", "Mailing"].flatMap { kind in
        ["Address", "City", "State", "Zip", "Country"].map { "\(kind) \($0)" }
    }

    fileprivate static func version1(_ texts: CanaryTexts) -> [String: String] {
        let free = ["First Name", "Last Name", "Username", "State ID", "Student Number", "Middle Name", "Status"]
        let columns =
            ["SIS ID", "School SIS ID"] + free
            + ["Secondary Email", "Grade", "Gender", "Birthdate", "ELL Status", "FederalRace"] + addressColumns
        let unusual = texts.row(
            free + addressColumns + ["ELL Status", "FederalRace"],
            [
                "SIS ID": pupil, "School SIS ID": base, "Secondary Email": texts.mail(), "Grade": "3", "Gender": "male",
                "Birthdate": "2017-03-14",
            ]
        )
        let other = ["SIS ID": present, "School SIS ID": base, "First Name": "Ada", "Last Name": "Byrd", "Grade": "4"]
        let staff = ["First Name", "Last Name", "Username", "State ID", "Teacher Number", "Middle Name", "Title"]
        let teacher = texts.row(
            staff + ["Qualification"],
            ["SIS ID": "T-" + Canary.marker, "School SIS ID": base, "Secondary Email": texts.mail()]
        )
        let head = ["SIS ID": "t2", "School SIS ID": base, "First Name": "Mo", "Last Name": "Head"]
        return [
            "School.csv": table(["SIS ID", "Name"], [["SIS ID": base, "Name": "Larkfield"]]),
            "Student.csv": table(columns, [unusual, other]),
            "Teacher.csv": table(
                ["SIS ID", "School SIS ID"] + staff + ["Qualification", "Secondary Email"],
                [teacher, head]
            ),
            "Section.csv": "SIS ID,School SIS ID,Section Name\nC1,\(base),3A\n",
            "StudentEnrollment.csv": "Section SIS ID,SIS ID\nC1,\(pupil)\nC1,\(present)\n",
            "TeacherRoster.csv": "Section SIS ID,SIS ID\nC1,T-\(Canary.marker)\nC1,t2\n",
        ]
    }

    fileprivate static func version21(_ texts: CanaryTexts) -> [String: String] {
        let free = ["username", "givenName", "familyName", "activeDirectoryMatchId"]
        let people = [(pupil, "07700 900777"), ("G-" + Canary.marker, "07700 900777"), ("T-" + Canary.marker, "")]
        let unusual = people.map { key, phone in
            texts.row(free, ["sourcedId": key, "email": texts.mail(), "phone": phone, "sms": phone])
        }
        let others = [
            ["sourcedId": present, "username": "ada", "givenName": "Ada", "familyName": "Byrd"],
            ["sourcedId": "t2", "username": "mo", "givenName": "Mo", "familyName": "Head"],
        ]
        let roles = [
            (pupil, "student", "3"), (present, "student", "4"), ("T-" + Canary.marker, "teacher", ""),
            ("t2", "teacher", ""),
        ]
        let birth = ["birthCity", "birthState", "birthCountry", "ethnicityCodes", "raceCodes"]
        return [
            "orgs.csv": "sourcedId,name,type\n\(base),Larkfield,school\n",
            "users.csv": table(["sourcedId"] + free + ["email", "phone", "sms"], unusual + others),
            "roles.csv": "userSourcedId,orgSourcedId,role,grade,isPrimary\n"
                + roles.map { "\($0.0),\(base),\($0.1),\($0.2),TRUE\n" }.joined(),
            "classes.csv": "sourcedId,orgSourcedId,title\nC1,\(base),3A\n",
            "enrollments.csv": "classSourcedId,userSourcedId,role\nC1,\(pupil),student\nC1,\(present),student\n"
                + "C1,T-\(Canary.marker),teacher\n",
            "demographics.csv": table(
                ["userSourcedId", "sex", "birthDate"] + birth,
                [texts.row(birth, ["userSourcedId": pupil, "sex": "female", "birthDate": "2017-03-14"])]
            ),
            "userFlags.csv": "userSourcedId,flag\n\(pupil),\(texts.text())\n",
            "relationships.csv": "userSourcedId,relationshipUserSourcedId,relationshipRole\n"
                + "\(pupil),G-\(Canary.marker),relative\n",
        ]
    }
}
