/// Which safeguarding rule holds on which way out, and how it is kept (rulings 11).
///
/// Pure, and the one place where it stands. A new way out without a row is refused by the compiler, and a new command
/// without a path, or without being named as telling nothing of people, by a test.
public enum SafeguardingTable {
    /// A rule, as far as the store holds what it speaks of.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// Whom a court order bars, or who is to have no contact, learns nothing of where the child lives: not that they live
        /// together, nor the child's address as the contact's.
        case barredHome
        /// Such a contact gets no account and no message by what is told.
        case barredAccount
        /// That a child is looked after is in no report by default.
        case lookedAfter
        /// Of a pupil whose address is restricted, address, phones and school, and the address and phones of carers who
        /// live there.
        case whereabouts
        /// Former names of the adopted, and the number that went with them.
        case formerNames
        /// One parent's details are never shown to another.
        case otherParent
        /// That a task is about children in care is named to those alone who work with them.
        case careCohort
    }

    /// How a way out keeps a rule.
    public enum Kept: Sendable, Hashable {
        /// What the rule speaks of is taken out before anything is written.
        case withheld
        /// It is part of the pupil's record for an authority, which has to know whom to keep away, and gives nobody accounts.
        case record
        /// Nothing of it is there: ids, counts and names of groups alone.
        case closed
        /// The word `restricted` stands in its place.
        case restricted
        /// Somebody whose role may, with a reason that the log keeps, sees what the school holds: the rule speaks of what
        /// leaves, and the school must see whom it has to keep away.
        case tracedReader
    }

    /// How a way out keeps a rule.
    public static func kept(_ rule: Rule, on path: OutputPath) -> Kept {
        switch path {
        case .ces, .rerun, .expectedCopy: isOfRecord(rule) ? .record : .withheld
        case .oneRoster: .withheld
        case .subjectBundle: rule == .whereabouts || rule == .formerNames ? .restricted : .withheld
        case .preview, .changes, .replay, .disclosures, .rebuildReview: .closed
        case .permissions, .readers: rule == .whereabouts || rule == .formerNames ? .closed : .tracedReader
        case .history, .bundle, .changesOpen:
            rule == .whereabouts || rule == .formerNames ? .restricted : .tracedReader
        case .pupilShow, .pupilFind, .issues, .runPeople: rule == .whereabouts ? .restricted : .tracedReader
        case .replayOpen: .tracedReader
        case .tasks: rule == .careCohort ? .restricted : .closed
        }
    }

    /// What an authority has of every pupil, each parent's details beside the other's, and which gives nobody accounts.
    private static func isOfRecord(_ rule: Rule) -> Bool {
        rule == .barredAccount || rule == .otherParent || rule == .careCohort
    }

    /// Who is told that a task is about children in care: the authority, which looks after them, and who answers for them at
    /// the school.
    public static let seesCareCohort: Set<Role> = [.laAdmin, .laOfficer, .head, .headProxy, .dpo]

    /// A cohort's name for who does or does not see which is of children in care.
    public static func named(_ cohort: String, seesCare: Bool) -> String {
        cohort == Cohort.lookedAfter.description && !seesCare ? "restricted cohort" : cohort
    }

    /// What stands in the place of what is kept back.
    public static let word = "restricted"

    /// Whether a report names what a restricted address keeps back; none does so far.
    public static func namesRestricted(_ export: ApprovedExport) -> Bool {
        export.fields(of: .protection).contains(.restrictedAddress)
    }

    /// The same for a report that a head has not accepted yet.
    public static func namesRestricted(_ report: Report) -> Bool {
        report.fields(of: .protection).contains(.restrictedAddress)
    }

    /// The ways out of each command that tells anything of people; several when options open more.
    public static let paths: [String: Set<OutputPath>] = [
        "task run": [.ces, .oneRoster, .preview], "task show": [.expectedCopy, .tasks], "task list": [.tasks],
        "task log": [.tasks], "task create": [.tasks], "task edit": [.tasks], "task clone": [.tasks],
        "replay": [.replay, .replayOpen, .rerun],
        "pupil show": [.pupilShow], "pupil find": [.pupilFind], "pupil protect": [.pupilFind],
        "pupil attendance": [.pupilShow], "leavers report": [.pupilFind], "history": [.history],
        "pupil consent": [.permissions],
        "pupil consents": [.permissions], "changes": [.changes, .changesOpen], "issues list": [.issues],
        "issues show": [.issues], "audit disclosures": [.disclosures], "audit bundle": [.bundle, .subjectBundle],
        "audit run": [.disclosures, .runPeople], "audit access": [.disclosures, .readers],
        "projections rebuild": [.rebuildReview],
        "matches show": [.pupilFind], "conflicts show": [.pupilFind],
        "agent install": [.ces, .oneRoster], "run-due": [.ces, .oneRoster],
    ]

    /// Commands that tell nothing of pupils, contacts or staff: counts, names of schools, tasks and accounts.
    public static let silent: Set<String> = [
        "init", "serve", "login", "logout", "whoami", "user add", "user role", "user invite", "user proxy",
        "user disable",
        "user list", "grant give", "grant list", "grant withdraw",
        "base add", "base list", "base show", "base config", "recipient add", "recipient list", "recipient show",
        "consent settings", "consent reports", "consent accept", "consent withdraw", "consent history", "import",
        "import list", "import undo", "task choices", "projections list",
        "projections verify", "projections parked list", "projections parked show", "projections parked retry",
        "task delete", "task cancel", "task blackout", "task lock", "recipient edit",
        "recipient complete", "base prerequisites", "subject erase", "subject lift", "retention hold", "retention rule",
        "retention plan",
        "retention run", "leavers delete",
        "leavers queue", "leavers run",
        "matches list", "matches match", "matches unmatch", "matches find", "conflicts list", "conflicts accept",
        "conflicts discard", "conflicts rule",
        "leavers withdraw", "erasure list", "erasure confirm", "erasure receipt", "keys status", "keys copy",
        "keys rotate", "backup", "backup verify", "backup prune",
        "backup forget", "restore", "restore confirm", "audit checkpoint", "audit prove", "audit tiles",
        "audit publish",
        "audit verify", "status", "agent status", "agent heartbeat",
    ]

    /// Whether a report tells that a child is looked after; none does by default (rulings 11).
    public static func tellsLookedAfter(_ report: Report) -> Bool {
        report.grants.contains { $0.group == .lookedAfter }
    }

    /// Whether a report tells what bars a contact: a receiver would know whom to ask.
    public static func tellsBars(_ report: Report) -> Bool {
        !report.fields(of: .contacts).isDisjoint(with: [.courtOrder, .noContact])
    }
}
