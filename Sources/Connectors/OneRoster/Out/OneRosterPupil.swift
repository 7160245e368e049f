import School

/// One pupil of a package that goes out: what the recipient is granted, and nothing else.
///
/// Every id is one that this recipient alone knows.
public struct OneRosterPupil: Sendable {
    /// The pupil as in every format: whole, but for a notice.
    public var told: CESPupil
    /// Ids of the contacts that the group contacts links to, by their key in the source, which is not sent.
    public var contacts: [String: String] = [:]
    /// Ids of contacts to whom the pupil links no more.
    public var formerLinks: [String] = []
    /// Ids of those of them to whom nobody at the school links any more.
    public var formerContacts: [String] = []
    /// The pupil's classes, for the rows of the group classMembership.
    public var memberships: [OneRosterMembership] = []
    /// Memberships that the recipient may have and that are no more.
    public var formerMemberships: [OneRosterMembership] = []

    /// Makes a pupil.
    public init(_ told: CESPupil) {
        self.told = told
    }
}

/// A pupil in a class.
public struct OneRosterMembership: Sendable {
    /// Its id.
    public var id: String
    /// What is granted of it.
    public var row: FieldRow
    /// The class.
    public var schoolClass: OneRosterClass
    /// The class itself is no more.
    public var isOfFormerClass = false

    /// Makes a membership.
    public init(id: String, row: FieldRow, schoolClass: OneRosterClass) {
        self.id = id
        self.row = row
        self.schoolClass = schoolClass
    }
}

/// A class with what it depends on.
public struct OneRosterClass: Sendable {
    /// A thing that has rows of its own: a class, course or term.
    public struct Thing: Sendable {
        /// Its id.
        public var id: String
        /// What is granted of it.
        public var rows: [FieldRow]

        /// Makes a thing.
        public init(id: String, rows: [FieldRow]) {
            self.id = id
            self.rows = rows
        }

        /// The first value of a field in any row.
        subscript(field: Field) -> String { rows.lazy.compactMap { $0[field] }.first ?? "" }

        /// All values of a field, each once, in their order.
        func all(_ field: Field) -> [String] {
            var values: [String] = []
            for entry in rows.flatMap(\.entries) where entry.field == field && !values.contains(entry.value) {
                values.append(entry.value)
            }
            return values
        }
    }

    /// The class.
    public var details: Thing
    /// Its course; nil when the school's system has none, and the standard's course is then made from the class.
    public var course: Thing?
    /// Its terms; none when the school's system has none, and the standard's session is then the academic year.
    public var terms: [Thing]

    /// Makes a class.
    public init(details: Thing, course: Thing?, terms: [Thing]) {
        self.details = details
        self.course = course
        self.terms = terms
    }
}
