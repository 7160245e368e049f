import School

/// All tables of a version, and what its headers must not have.
enum SDSTables {
    /// Every table that tells coverage or must have a good header.
    static func of(_ version: SDSVersion) -> [Table] {
        switch version {
        case .v1: return SDSTables1.all
        case .v2:
            return [SDSTables2.orgs, SDSTables2.classes] + members
                + [EntityKind.teacher, .pupil].map { SDSUserTables(kind: $0).users2 }
        case .v21:
            let things = [SDSTables2.orgs, SDSTables2.academicSessions, SDSTables2.courses, SDSTables2.classes]
            return things + members + [EntityKind.teacher, .contact, .pupil].flatMap(people)
        }
    }

    private static let members = [SDSTables2.enrollments(as: .enrolment), SDSTables2.enrollments(as: .teaching)]

    /// The tables that fill a kind's groups, all named as of that kind.
    private static func people(_ kind: EntityKind) -> [Table] {
        let tables = SDSUserTables(kind: kind)
        var all = [tables.users21, tables.demographics, tables.userFlags]
        if kind != .contact { all.append(tables.roles) }
        if kind == .pupil { all.append(SDSUserTables.relationships) }
        return all.map { table in
            var named = table
            named.kind = kind
            return named
        }
    }

    /// Refuses headers of the other version 2: their files have the same names.
    static func checkVersion(_ reader: borrowing TableReader, _ version: SDSVersion) throws(SourceError) {
        guard version == .v21, reader.table.file == "users.csv" else { return }
        let ofV2 = ["role", "orgsourcedids"]
        if let mixed = reader.strangers.map(\.name).first(where: { ofV2.contains($0.lowercased()) }) {
            throw SourceError(
                .format,
                file: reader.file,
                line: 1,
                field: mixed,
                "is a column of version 2, but other files are of version 2.1, where roles stand in roles.csv: "
                    + "keep one version"
            )
        }
    }
}

/// What a role word of versions 2 and 2.1 makes of a person.
///
/// Words are compared without capitals.
enum SDSRole {
    case pupil, staff, contact, former

    init(_ word: String) {
        switch word.lowercased() {
        case "student": self = .pupil
        case "parent", "guardian", "relative": self = .contact
        case "alumni": self = .former
        default: self = .staff
        }
    }

    var kind: EntityKind? {
        switch self {
        case .pupil: .pupil
        case .staff: .teacher
        case .contact: .contact
        case .former: nil
        }
    }
}
