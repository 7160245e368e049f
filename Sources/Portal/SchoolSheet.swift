/// A school by the names that people know.
public struct SchoolName: Sendable {
    /// Its id in hexadecimal digits.
    public var id: String
    /// Its key.
    public var key: String
    /// Its name; the key when it has none.
    public var name: String

    /// Names a school.
    public init(id: String, key: String, name: String) {
        (self.id, self.key, self.name) = (id, key, name)
    }
}

/// The schools that somebody may look at.
public struct SchoolList: Sendable {
    /// The name of who is logged in.
    public var who: String
    /// The schools, in the order of their keys.
    public var schools: [SchoolName]

    /// Makes a list.
    public init(who: String, schools: [SchoolName]) { (self.who, self.schools) = (who, schools) }
}

/// One school's settings, as the page shows them (S0-05).
public struct SchoolSheet: Sendable {
    /// A report, and where it stands.
    public struct ReportLine: Sendable {
        /// A data group of the report.
        public struct Group: Sendable {
            /// Its name in words.
            public var name: String
            /// Its fields in words.
            public var fields: String
            /// Of how many pupils something would go.
            public var pupils: String

            /// Describes a group.
            public init(name: String, fields: String, pupils: String) {
                (self.name, self.fields, self.pupils) = (name, fields, pupils)
            }
        }

        /// The name that commands know.
        public var name = ""
        /// The name in words.
        public var title = ""
        /// The newest version.
        public var version = 0
        /// Where it stands, in words.
        public var state = ""
        /// Marked with a green square (S0-10).
        public var isAccepted = false
        /// There is something to accept: the report, or a newer version of it (rulings 9).
        public var isOpen = false
        /// What for.
        public var purpose = ""
        /// Under which law.
        public var lawfulBasis = ""
        /// What the recipient is in the eyes of the law, in words.
        public var role = ""
        /// To whom tasks send it, in words.
        public var recipients = ""
        /// The agreements that cover it.
        public var agreements = ""
        /// How long it is kept there.
        public var retention = ""
        /// The duty that a school fails by stopping it; nil for a discretionary report.
        public var duty: String?
        /// What would go.
        public var groups: [Group] = []
        /// For how many pupils.
        public var pupils = ""

        /// Makes an empty line.
        public init() {}
    }

    /// A task.
    public struct TaskLine: Sendable {
        /// Its name.
        public var name: String
        /// The report that it sends, in words.
        public var report: String
        /// Whether its schedule runs, in words.
        public var state: String

        /// Describes a task.
        public init(name: String, report: String, state: String) {
            (self.name, self.report, self.state) = (name, report, state)
        }
    }

    /// One export (S0-21).
    public struct Upload: Sendable {
        /// When, dd/MM/yyyy HH:mm:ss.
        public var time: String
        /// Which report, in words.
        public var report: String
        /// The file's name.
        public var file: String
        /// What became of it.
        public var result: String

        /// Describes an export.
        public init(time: String, report: String, file: String, result: String) {
            (self.time, self.report, self.file, self.result) = (time, report, file, result)
        }
    }

    /// The name of who looks.
    public var who = ""
    /// The school.
    public var school: SchoolName
    /// Whether who looks has other schools, too.
    public var hasOthers = false
    /// What the school runs, in words.
    public var mis = ""
    /// For easy reference (S0-20).
    public var licenceKey = ""
    /// How far it has come (S0-01).
    public var phase = ""
    /// Its agent, in words.
    public var agent = ""
    /// The version of the list.
    public var listVersion = ""
    /// Whether who looks may accept (S0-09).
    public var canAccept = false
    /// Whether who looks may say who stands in for the head.
    public var canAppoint = false
    /// Every report of the catalogue.
    public var reports: [ReportLine] = []
    /// The tasks for it.
    public var tasks: [TaskLine] = []
    /// What was sent, the newest first.
    public var uploads: [Upload] = []

    /// Makes a sheet without content.
    public init(of school: SchoolName) { self.school = school }
}
