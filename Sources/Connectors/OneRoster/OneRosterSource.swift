import School

/// A OneRoster CSV package, version 1.1 or 1.2, bulk or delta, as a folder or a zip archive
/// (`schemas/exchange/oneroster.md`).
///
/// The package is checked as a whole when it is opened. Strict by default: with any breach of the standard it is refused,
/// and every breach is told. Passwords are read past and never kept.
public struct OneRosterSource: RecordSource {
    /// The name that `--format` takes.
    public let format = "oneroster"
    /// What the files speak for: nothing when they are deltas.
    public let coverage: Coverage
    /// The rules that were waived, with how often; none when the import is strict.
    public let waived: [WaivedRule]
    /// True when the manifest says that the files are deltas, false for bulk; nil when it names no file at all.
    public let isDelta: Bool?

    let package: OneRosterPackage
    let orgs: OneRosterOrgs
    /// Hashes of the sourcedIds in `users.csv`.
    let users: Set<Int>
    /// Files that have rows.
    let filled: Set<OneRosterFile>

    /// Looks at a package and checks all of it.
    ///
    /// - Parameters:
    ///   - path: the zip archive, or the folder with the unpacked files.
    ///   - lenient: lets pass what can be let pass, and counts it.
    /// - Throws: `SourceError`: `defects`, which tells every breach; `format` for OneRoster 1.0 and for what is no
    ///   package; what archive, folder and CSV refuse.
    public init(path: String, lenient: Bool) throws {
        package = try OneRosterPackage(path: path)
        let check = try OneRosterCheck(package)
        try check.findings.require(lenient: lenient, package: package.name)
        waived = check.findings.waived
        isDelta = package.manifest.mode.map { $0 == .delta }
        (orgs, users, filled) = (check.orgs, check.users, check.filled)
        var groups: [EntityKind: Set<DataGroup>] = [:]
        if isDelta == false {
            for file in check.filled { groups.merge(Self.covered(file)) { $0.union($1) } }
        } else {
            // A delta has counts of what it tells of, and covers nothing: the import's mode sees to that.
            for file in check.filled { for kind in Self.covered(file).keys { groups[kind] = [] } }
        }
        coverage = Coverage(groups)
    }

    /// What a bulk file tells in full.
    private static func covered(_ file: OneRosterFile) -> [EntityKind: Set<DataGroup>] {
        switch file {
        case .orgs: [.base: [.baseDetails]]
        case .academicSessions: [.term: [.termDetails]]
        case .courses: [.course: [.courseDetails]]
        case .classes: [.class: [.classDetails]]
        case .users:
            [
                .pupil: [.basicDetails, .address, .registration, .account, .contacts], .contact: [.contactDetails],
                .teacher: [.staffDetails],
            ]
        case .enrollments: [.enrolment: [.classMembership], .teaching: [.teachingAssignment]]
        default: [:]
        }
    }

    /// Reads all files once, in dependency order.
    public func read(_ receive: (SourceItem) throws -> Void) throws {
        for file in OneRosterFile.allCases where package.files[file] != nil && !OneRosterFile.read.contains(file) {
            let issue = RowIssue(
                file: file.name,
                line: 0,
                field: "",
                reason: "is about resources or marks, which are not taken in: it was left alone",
                effect: .noted
            )
            try receive(.issue(issue))
        }
        for file in [OneRosterFile.orgs, .academicSessions, .courses, .classes] where filled.contains(file) {
            try scan(file, receive) { try thing($0, of: file, receive) }
        }
        let people = OneRosterPeople(self)
        try people.read(receive)
        try people.readLoose(receive)
        if filled.contains(.enrollments) { try scan(.enrollments, receive) { try membership($0, receive) } }
    }

    /// Hands out the rows of a file that are not held back; faults of the others are told where asked.
    func scan(
        _ file: OneRosterFile,
        tellsFaults: Bool = true,
        _ receive: (SourceItem) throws -> Void,
        _ body: (OneRosterRow) throws -> Void
    ) throws {
        let isDelta = package.manifest.modes[file] == .delta
        var reader = OneRosterReader(
            file,
            try package.open(file),
            version: package.manifest.version,
            isDelta: isDelta
        )
        var faults: [OneRosterDefect] = []
        while let row = try reader.next({ faults.append($0) }) {
            if tellsFaults {
                for fault in faults where fault.effect != .waived {
                    try receive(.issue(Self.issue(fault, of: row, in: file)))
                }
            }
            faults.removeAll(keepingCapacity: true)
            if !row.isParked, row.state != .leftOut { try body(row) }
        }
    }

    /// A fault as the import tells it.
    private static func issue(_ fault: OneRosterDefect, of row: OneRosterRow, in file: OneRosterFile) -> RowIssue {
        let parks = fault.effect == .parks
        return issue(
            row,
            in: file,
            fault.field,
            fault.reason + (parks ? "" : " (the value was left out)"),
            parks: parks
        )
    }

    /// An issue of a row.
    static func issue(
        _ row: OneRosterRow,
        in file: OneRosterFile,
        _ field: String,
        _ reason: String,
        parks: Bool
    ) -> RowIssue {
        let key = file == .roles || file == .syncdLinks ? row["userSourcedId"] : row.id
        let subject = subject(of: file)
        return RowIssue(
            file: row.file,
            line: row.line,
            field: field,
            reason: reason,
            effect: parks ? .parked : .noted,
            kinds: subject.kinds,
            groups: subject.groups,
            key: key.isEmpty ? nil : key
        )
    }

    /// What a row of a file is about, and which groups it tells; no group stands for all.
    private static func subject(of file: OneRosterFile) -> (kinds: Set<EntityKind>, groups: Set<DataGroup>) {
        let people: Set<EntityKind> = [.pupil, .teacher, .contact]
        switch file {
        case .orgs: return ([.base], [])
        case .academicSessions: return ([.term], [])
        case .courses: return ([.course], [])
        case .classes: return ([.class], [])
        case .users: return (people, [])
        case .roles: return (people, [.registration, .staffDetails])
        case .demographics: return (people, [.basicDetails, .staffDetails, .contactDetails])
        case .enrollments: return ([.enrolment, .teaching], [])
        case .syncdLinks: return ([.pupil], [.contacts])
        default: return ([], [])
        }
    }
}
