import School

/// A user of version 2 or 2.1 with what the other files say of the person.
struct SDSPerson {
    let key: String
    /// The line in `users.csv`.
    let user: TableRow
    var roles: [TableRow] = []
    var demographics: [TableRow] = []
    var flags: [TableRow] = []
    /// The person's own relationships: a pupil's contacts.
    var links: [TableRow] = []
    /// Pupils who name the person in theirs.
    var namedBy: [String] = []

    init(key: String, user: TableRow) {
        self.key = key
        self.user = user
    }

    /// The roles that make the person one of this kind: the primary one first, then by school and word, because the
    /// order of the lines means nothing.
    func roles(as kind: EntityKind) -> [TableRow] {
        roles.filter { SDSRole($0.values[SDSUserTables.role]).kind == kind }.sorted { Self.rank($0) < Self.rank($1) }
    }

    /// The schools of the person's roles of this kind, in the order of the roles, each once.
    func orgs(as kind: EntityKind) -> [String] {
        var orgs: [String] = []
        for role in roles(as: kind) {
            for org in Self.orgs(of: role) where !orgs.contains(org) { orgs.append(org) }
        }
        return orgs
    }

    /// The schools of one line: version 2 may name several.
    static func orgs(of role: TableRow) -> [String] {
        role.values[SDSUserTables.roleOrg].split(separator: ",").map { CanonicalText.of(String($0)) }
    }

    /// True when the person is of this kind.
    ///
    /// One who teaches and has a child at the school is of two.
    func isOf(_ kind: EntityKind) -> Bool {
        !roles(as: kind).isEmpty || (kind == .contact && !namedBy.isEmpty)
    }

    /// The order of roles: primary first.
    static func rank(_ role: TableRow) -> (Int, String) {
        let isPrimary = role.values[SDSUserTables.rolePrimary] == "true"
        return (isPrimary ? 0 : 1, role.values[SDSUserTables.roleOrg...].joined(separator: "\u{1F}"))
    }
}

/// The plans of one kind of person, for the files that are there.
struct SDSPersonPlans {
    let kind: EntityKind
    var user: GroupPlan
    var roles: GroupPlan?
    var demographics: GroupPlan?
    var flags: GroupPlan?
    var links: GroupPlan?

    /// The groups that a person's own record has.
    var groups: [DataGroup] {
        let plans: [GroupPlan?] = [user, kind == .contact ? nil : roles, demographics, flags]
        let all = plans.compactMap { $0 }.flatMap(\.groups)
        return Set(all).sorted { $0.rawValue < $1.rawValue }
    }

    /// The groups of a person, whole, and the values that were left out of them.
    ///
    /// - Parameter org: for a pupil, the school whose registration is told.
    func contents(of person: SDSPerson, at org: String?) -> ([GroupContent], [DroppedValue]) {
        var assembly = GroupAssembly()
        var own = person.user
        var told = kind == .contact ? [] : person.roles(as: kind)
        if kind == .pupil, let org {
            if roles == nil { own.values[SDSUserTables.roleOrg] = org }
            told = told.filter { SDSPerson.orgs(of: $0).contains(org) }
        }
        var lines: [(TableRow, GroupPlan?)] = [(own, user)]
        lines += told.map { ($0, roles) }
        lines += person.demographics.map { ($0, demographics) }
        lines += person.flags.sorted { $0.values[1] < $1.values[1] }.map { ($0, flags) }
        for case (let line, let plan?) in lines {
            // No slot of these files has an essential field that another column could lack.
            _ = assembly.add(line, plan)
        }
        let contents = assembly.contents(of: groups)
        return (contents, assembly.dropped(from: contents))
    }

    /// A pupil's links, in the order of the contacts' keys.
    func contacts(of person: SDSPerson) -> GroupContent? {
        guard let links else { return nil }
        var assembly = GroupAssembly()
        for link in person.links.sorted(by: { $0.values.joined() < $1.values.joined() }) {
            _ = assembly.add(link, links)
        }
        guard var content = assembly.contents(of: [.contacts]).first else { return nil }
        for index in content.rows.indices {
            let word = content.rows[index][.relationshipWord]?.lowercased() ?? ""
            content.rows[index][.relationship] = Self.relationshipCodes[word]
        }
        return content
    }

    /// Words that mean exactly what a code of ours means.
    ///
    /// Parents and guardians have no code without a sex.
    private static let relationshipCodes = ["relative": "REL", "doctor": "DOC", "other": "OTH"]
}
