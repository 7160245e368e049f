/// Which of Microsoft's School Data Sync formats a folder holds, told by its file names.
///
/// The rule for files that come together (classes and their members) keeps a half-delivered export from being taken
/// for a school that has no classes.
enum SDSVersion: String, Sendable, CaseIterable {
    case v1 = "1"
    case v2 = "2"
    case v21 = "2.1"

    /// The files without which the set is refused.
    var required: [String] {
        switch self {
        case .v1: ["School.csv", "Student.csv", "Teacher.csv"]
        case .v2: ["orgs.csv", "users.csv"]
        case .v21: ["orgs.csv", "users.csv", "roles.csv"]
        }
    }

    /// The files of which all are there, or none.
    var together: [String] {
        switch self {
        case .v1: ["Section.csv", "StudentEnrollment.csv", "TeacherRoster.csv"]
        case .v2, .v21: ["classes.csv", "enrollments.csv"]
        }
    }

    /// The files that may be there.
    var optional: [String] {
        switch self {
        case .v1, .v2: []
        case .v21:
            ["academicSessions.csv", "courses.csv", "demographics.csv", "userFlags.csv", "relationships.csv"]
        }
    }

    var files: [String] { required + together + optional }

    /// Recognises the version and the files that a folder has of it.
    ///
    /// - Returns: the version, each file's name as the format has it with the name in the folder, and the rest.
    /// - Throws: `SourceError`: `format` for a mixture or nothing known, `missing` for a file that must be there.
    static func recognise(
        _ names: [String],
        folder: String
    ) throws(SourceError) -> (version: SDSVersion, files: [String: String], strangers: [String]) {
        var byLowerName: [String: [String]] = [:]
        for name in names { byLowerName[name.lowercased(), default: []].append(name) }
        func isThere(_ file: String) -> Bool { byLowerName[file.lowercased()] != nil }

        let first = v1.files.first(where: isThere)
        let second = v21.files.first(where: isThere)
        if let first, let second {
            throw SourceError(
                .format,
                file: folder,
                "mixes formats: \(first) is of SDS version 1, \(second) of version 2; keep one set of files in the folder"
            )
        }
        guard first != nil || second != nil else {
            throw SourceError(
                .format,
                file: folder,
                "has no file of School Data Sync: School.csv, Student.csv, … (version 1) or orgs.csv, users.csv, … "
                    + "(versions 2 and 2.1)"
            )
        }
        // Version 2 says roles in users.csv; 2.1 has a file for them, and so have the files that only 2.1 knows.
        let isV21 = (["roles.csv"] + v21.optional).contains(where: isThere)
        let version: SDSVersion = first != nil ? .v1 : isV21 ? .v21 : .v2
        try version.checkComplete(isThere, folder: folder)

        var files: [String: String] = [:]
        for file in version.files {
            guard let found = byLowerName.removeValue(forKey: file.lowercased()) else { continue }
            guard found.count == 1 else {
                throw SourceError(.format, file: found[1], "is there twice, in different capitals: keep one of them")
            }
            files[file] = found[0]
        }
        return (version, files, byLowerName.values.flatMap(\.self).sorted())
    }

    private func checkComplete(_ isThere: (String) -> Bool, folder: String) throws(SourceError) {
        if let missing = required.first(where: { !isThere($0) }) {
            throw SourceError(
                .missing,
                file: missing,
                "is not in the folder \(folder): School Data Sync version \(rawValue) needs "
                    + required.joined(separator: ", ")
            )
        }
        if together.contains(where: isThere), let missing = together.first(where: { !isThere($0) }) {
            throw SourceError(
                .missing,
                file: missing,
                "is not in the folder \(folder), although others that come with it are: give all or none of "
                    + together.joined(separator: ", ")
            )
        }
    }
}
