import School

/// A user with what the other files say of the person.
struct OneRosterPerson: Sendable {
    /// The row in `users.csv`.
    let user: OneRosterRow
    var roles: [OneRosterRole] = []
    var demographics: OneRosterRow?
    /// A pupil's contacts by their sourcedIds.
    var links: [String: OneRosterLink] = [:]
    /// The row of the pupil's own agents says all there is of the links.
    var tellsLinks = false

    init(_ user: OneRosterRow) {
        self.user = user
    }

    var id: String { user.id }

    /// The roles that make the person one of this kind: the primary one first, then by organisation and word, because
    /// the order of the rows means nothing.
    func roles(as kind: EntityKind) -> [OneRosterRole] {
        roles.filter { $0.kind == kind }.sorted { $0.rank < $1.rank }
    }

    /// True when the person is of this kind.
    ///
    /// One who teaches and has a child at the school is of two.
    func isOf(_ kind: EntityKind) -> Bool { roles.contains { $0.kind == kind } }

    /// The organisations of the roles of this kind, the person's primary one first.
    func orgs(as kind: EntityKind) -> [String] {
        let orgs = roles(as: kind).map(\.org)
        let primary = user["primaryOrgSourcedId"]
        return orgs.contains(primary) ? [primary] + orgs.filter { $0 != primary } : orgs
    }
}

/// What somebody is at an organisation.
struct OneRosterRole: Sendable {
    var word: String
    var org: String
    /// true or false; empty in 1.1, which has no such word.
    var isPrimary = ""
    var begin = ""
    var end = ""
    /// Columns of which nothing is known.
    var unknown: [Field] = []

    /// What the word makes of a person: nobody, for words that a system added to the standard's, but for the one of ours.
    var kind: EntityKind? {
        switch word {
        case "student": .pupil
        case "parent", "guardian", "relative", OneRosterWords.contactRole: .contact
        default: word.hasPrefix("ext:") ? nil : .teacher
        }
    }

    fileprivate var rank: String {
        [isPrimary == "true" ? "0" : "1", org, word, begin, end].joined(separator: "\u{1F}")
    }

    /// The roles that a row of `users.csv` of version 1.1 tells.
    static func inUser(_ row: OneRosterRow) -> [OneRosterRole] {
        row.list("orgSourcedIds").map { OneRosterRole(word: row["role"], org: $0) }
    }

    /// A row of `roles.csv`.
    init(_ row: OneRosterRow) {
        word = row["role"]
        org = row["orgSourcedId"]
        if !row["roleType"].isEmpty { isPrimary = row["roleType"] == "primary" ? "true" : "false" }
        begin = row["beginDate"]
        end = row["endDate"]
        let columns: KeyValuePairs<String, Field> = [
            "roleType": .primaryRole, "beginDate": .roleStart, "endDate": .roleEnd,
        ]
        unknown = columns.filter { row.isUnknown($0.key) }.map(\.value)
    }

    private init(word: String, org: String) {
        self.word = word
        self.org = org
    }
}

/// What is said of a pupil's contact.
struct OneRosterLink: Sendable {
    /// parent, guardian or relative; empty when a delta does not tell it.
    var word = ""
    /// From a link file of ours; nil without one.
    var extra: OneRosterRow?
}
