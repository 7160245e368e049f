import Connectors
import School

extension FuzzEntry {
    /// CSV as such, and the two formats made of it.
    static let tables: [FuzzEntry] = [
        FuzzEntry("csv", "one CSV file, each field of each row") { bytes in
            try ScratchFolder.withFile(bytes) { path in
                var limits = CSVLimits()
                limits.buffer = 64
                var reader = try CSVReader.open(path: path, limits: limits)
                while try reader.next() {
                    for column in 0..<reader.fieldCount { _ = reader.text(column) }
                }
            }
        },
        FuzzEntry("syncd-csv", "a folder of syncd-csv files with its manifest") { bytes in
            try ScratchFolder.with(Bundle.files(bytes, names: syncdCSVNames)) { path in
                try SyncdCSVFolder(path: path).read { _ in }
            }
        },
        FuzzEntry("sds-csv", "a folder of School Data Sync files") { bytes in
            try ScratchFolder.with(Bundle.files(bytes, names: sdsNames)) { path in
                try SDSFolder(path: path, dateOrder: .mdy).read { _ in }
            }
        },
        FuzzEntry("oneroster", "a folder of OneRoster files with its manifest, lenient") { bytes in
            try ScratchFolder.with(Bundle.files(bytes, names: oneRosterNames)) { path in
                try OneRosterSource(path: path, lenient: true).read { _ in }
            }
        },
        FuzzEntry("zip", "a zip archive with OneRoster files: its listing, then what the entries hold") { bytes in
            try ScratchFolder.with([("roster.zip", bytes)]) { path in
                try OneRosterSource(path: path + "/roster.zip", lenient: true).read { _ in }
            }
        },
        FuzzEntry("public-list", "a public list of schools or of their links, packed with gzip or not") { bytes in
            try ScratchFolder.withFile(bytes) { path in
                let list = try BaseListFile(path: path)
                _ = try list.read(key: .laestab)
                if list.isPublicList { _ = try GIASEstablishments.read(path: path) }
            }
        },
        FuzzEntry("public-links", "the public list of links between schools, packed with gzip or not") { bytes in
            try ScratchFolder.withFile(bytes) { path in _ = try GIASLinks.read(path: path) }
        },
    ]

    private static let oneRosterNames = [
        "academicSessions.csv", "classes.csv", "courses.csv", "demographics.csv", "enrollments.csv", "manifest.csv",
        "orgs.csv", "roles.csv", "users.csv",
    ]

    private static let syncdCSVNames = [
        "addresses.csv", "attendance-marks.csv", "bases.csv", "calendar.csv", "characteristics.csv",
        "class-memberships.csv", "class-staff.csv", "classes.csv", "contacts.csv", "deletions.csv", "fsm.csv",
        "looked-after.csv", "manifest.csv", "pupil-contacts.csv", "pupils.csv", "registrations.csv", "sen.csv",
        "staff.csv", "terms.csv",
    ]

    private static let sdsNames = [
        "School.csv", "Student.csv", "Teacher.csv", "Section.csv", "StudentEnrollment.csv", "TeacherRoster.csv",
        "orgs.csv", "users.csv", "roles.csv", "classes.csv", "enrollments.csv", "academicSessions.csv", "courses.csv",
        "relationships.csv",
    ]
}
