/// The organisations of a package, and which of them are bases.
///
/// Every organisation is one but a department, which stands for the school or authority that it belongs to.
struct OneRosterOrgs: Sendable {
    private var known: [String: (type: String, parent: String)] = [:]

    /// Notes a row of `orgs.csv`.
    mutating func add(_ row: OneRosterRow) {
        known[row.id] = (row["type"], row["parentSourcedId"])
    }

    /// The type of an organisation; nil when the package does not tell it.
    func type(of org: String) -> String? { known[org]?.type }

    /// The base that an organisation stands for.
    func base(of org: String) -> String {
        var place = org
        // A chain is as long as there are organisations, unless it is a circle.
        for _ in 0...known.count {
            guard let found = known[place], found.type == "department", known[found.parent] != nil else { break }
            place = found.parent
        }
        return known[place]?.type == "department" ? org : place
    }

    /// True when an organisation is a base of its own.
    func isBase(_ org: String) -> Bool { base(of: org) == org }

    /// The bases of a person with these organisations: the schools among them, or all when none is a school.
    ///
    /// - Returns: nil when there are several and the package does not tell which of them are schools.
    func bases(of orgs: [String]) -> [String]? {
        var bases: [String] = []
        for base in orgs.map(base(of:)) where !bases.contains(base) { bases.append(base) }
        guard bases.count > 1 else { return bases }
        guard bases.allSatisfy({ known[$0] != nil }) else { return nil }
        let schools = bases.filter { known[$0]?.type == "school" }
        return schools.isEmpty ? bases : schools
    }
}
