import School

@testable import Connectors

/// A sound package of two schools of one authority, to be bent by tests; all people are made up.
struct OneRosterSet {
    var version = OneRosterVersion.v12
    var mode = "bulk"
    /// Rows by file, without the header; a value is looked up by the column's name.
    var rows: [OneRosterFile: [[String: String]]] = [:]
    /// Files as they stand, in place of what the rows give.
    var texts: [String: String] = [:]
    /// Properties of the manifest that differ; nil leaves one out.
    var properties: [String: String?] = [:]

    /// The schools, classes and people of version 1.2.
    static func bulk() -> OneRosterSet {
        var set = OneRosterSet()
        set.rows[.orgs] = [
            ["sourcedId": "la", "name": "Westmere Council", "type": "local", "identifier": "820"],
            [
                "sourcedId": "s1", "name": "Larkfield Primary", "type": "school", "identifier": "8201079",
                "parentSourcedId": "la",
            ],
            [
                "sourcedId": "s2", "name": "Hollins High", "type": "school", "identifier": "8204001",
                "parentSourcedId": "la",
            ],
        ]
        set.rows[.academicSessions] = [
            [
                "sourcedId": "y26", "title": "2025/26", "type": "schoolYear", "startDate": "2025-09-01",
                "endDate": "2026-07-23", "schoolYear": "2026",
            ],
            [
                "sourcedId": "t1", "title": "Autumn", "type": "term", "startDate": "2025-09-01",
                "endDate": "2025-12-20", "parentSourcedId": "y26", "schoolYear": "2026",
            ],
        ]
        set.rows[.courses] = [
            [
                "sourcedId": "c1", "schoolYearSourcedId": "y26", "title": "Mathematics", "courseCode": "MA",
                "grades": "03,04", "orgSourcedId": "s1", "subjects": "Mathematics",
            ]
        ]
        set.rows[.classes] = [
            [
                "sourcedId": "k1", "title": "3 Oak", "grades": "03", "courseSourcedId": "c1", "classCode": "3O",
                "classType": "homeroom", "schoolSourcedId": "s1", "termSourcedIds": "y26,t1",
            ]
        ]
        set.rows[.users] = [
            [
                "sourcedId": "p1", "enabledUser": "true", "username": "aabara", "givenName": "Ada",
                "familyName": "Abara", "middleName": "Ife", "preferredGivenName": "Addie", "grades": "03",
                "identifier": "001234", "userIds": "{UPN:\(upn)},{MIS:77}", "agentSourcedIds": "g1",
                "phone": "07700 900101", "email": "ada@example.org",
            ],
            ["sourcedId": "p2", "enabledUser": "true", "username": "b", "givenName": "Ben", "familyName": "Okoro"],
            [
                "sourcedId": "g1", "enabledUser": "false", "username": "g", "givenName": "Gift",
                "familyName": "Abara", "sms": "07700 900102",
            ],
            [
                "sourcedId": "g2", "enabledUser": "false", "username": "h", "givenName": "Hana",
                "familyName": "Okoro", "agentSourcedIds": "p2",
            ],
            [
                "sourcedId": "u1", "enabledUser": "true", "username": "una", "givenName": "Una",
                "familyName": "Kittredge", "identifier": "S9", "email": "una@example.org",
            ],
        ]
        set.rows[.roles] = [
            role("r1", "p1", "student", "s1"), role("r2", "p2", "student", "s2"), role("r3", "g1", "parent", "s1"),
            role("r4", "g2", "guardian", "s2"), role("r5", "u1", "teacher", "s1"),
            role("r6", "u1", "parent", "s1", primary: false),
        ]
        set.rows[.demographics] = [["sourcedId": "p1", "birthDate": "2017-10-02", "sex": "female"]]
        set.rows[.enrollments] = [
            [
                "sourcedId": "e1", "classSourcedId": "k1", "schoolSourcedId": "s1", "userSourcedId": "p1",
                "role": "student",
            ],
            [
                "sourcedId": "e2", "classSourcedId": "k1", "schoolSourcedId": "s1", "userSourcedId": "u1",
                "role": "teacher", "primary": "true", "beginDate": "2025-09-01",
            ],
        ]
        return set
    }

    /// A delta of some of these rows, each with a status.
    static func delta(_ rows: [OneRosterFile: [[String: String]]]) -> OneRosterSet {
        var set = OneRosterSet()
        set.mode = "delta"
        for (file, told) in rows {
            set.rows[file] = told.map { row in
                row.merging(["status": "active", "dateLastModified": "2025-10-01T08:00:00.000Z"]) { own, _ in own }
            }
        }
        return set
    }

    /// The same people in the form of version 1.1.
    static func bulk11() -> OneRosterSet {
        var set = bulk()
        set.version = .v11
        let roles = set.rows.removeValue(forKey: .roles) ?? []
        set.rows[.users] = set.rows[.users]?.map { user in
            let role = roles.first { $0["userSourcedId"] == user["sourcedId"] }
            return user.merging(["role": role?["role"] ?? "", "orgSourcedIds": role?["orgSourcedId"] ?? ""]) { $1 }
        }
        return set
    }

    static func role(_ id: String, _ user: String, _ role: String, _ org: String, primary: Bool = true)
        -> [String: String]
    {
        [
            "sourcedId": id, "userSourcedId": user, "roleType": primary ? "primary" : "secondary", "role": role,
            "orgSourcedId": org,
        ]
    }

    /// A number of pseudo-authority 001 with its check letter.
    static let upn = "ABCDEFGHJKLMNPQRTUVWXYZ".map { "\($0)001107917001" }.first { (try? UPN($0)) != nil } ?? ""

    /// Changes a value of a row.
    mutating func set(_ file: OneRosterFile, _ row: Int, _ column: String, _ value: String) {
        rows[file]?[row][column] = value
    }

    /// The text of a file, with its header.
    func text(_ file: OneRosterFile) -> String {
        let columns = file.columns(version).map(\.name)
        var writer = CSVWriter(for: .programs)
        writer.write(columns)
        for row in rows[file] ?? [] { writer.write(columns.map { row[$0] ?? "" }) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Every file of the package by its name.
    var files: [String: String] {
        var files: [String: String] = [:]
        for file in rows.keys { files[file.name] = text(file) }
        var lines = ["propertyName,value", "manifest.version,1.0", "oneroster.version,\(version.rawValue)"]
        for file in OneRosterFile.allCases where file.isOf(version) {
            let isThere = rows[file] != nil
            guard isThere || file.mustBeTold(in: version) else { continue }
            let value = properties[file.property] ?? (isThere ? mode : "absent")
            if let value { lines.append("\(file.property),\(value)") }
        }
        for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
            guard let value, !name.hasPrefix("file.") else { continue }
            lines.removeAll { $0.hasPrefix(name + ",") }
            lines.append("\(name),\(value)")
        }
        files[OneRosterManifest.file] = lines.joined(separator: "\r\n") + "\r\n"
        return files.merging(texts) { $1 }
    }

    /// Writes the package as a folder.
    func write(to folder: TemporaryFolder) throws -> String {
        for (name, text) in files { try folder.write(text, to: name) }
        return folder.path
    }

    /// Writes the package as an archive.
    func pack(to folder: TemporaryFolder, under prefix: String = "") throws -> String {
        let entries = files.sorted { $0.key < $1.key }.map { ZipMaker.Entry(prefix + $0.key, $0.value) }
        return try folder.write(ZipMaker(entries).bytes, to: "roster.zip")
    }

    /// Reads the package in a folder of its own.
    func read(lenient: Bool = false) throws -> (source: OneRosterSource, items: ReadSource) {
        let folder = try TemporaryFolder()
        let source = try OneRosterSource(path: write(to: folder), lenient: lenient)
        return (source, try ReadSource(source))
    }

    /// What a strict reading tells as wrong.
    func defects() throws -> [RowIssue] {
        do {
            _ = try read()
            return []
        } catch let error as SourceError where error.code == .defects {
            return error.issues
        }
    }
}
