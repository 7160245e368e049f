import Identifiers

/// Who may do what: every command, which roles may give it, and how far they reach.
///
/// Pure, and the one place where it stands. A command without a row is given by nobody once accounts exist.
public enum AccessTable {
    /// What a row allows.
    public struct Row: Sendable, Hashable {
        /// How far a command reaches.
        public enum Reach: Sendable, Hashable {
            /// Anybody may, logged in or not: logging in itself.
            case anybody
            /// Whoever is logged in may, on what is their own.
            case own
            /// The schools at which the role is held; all of them for a role that is held for the whole store.
            case bases
            /// The whole store: the role must be held for it.
            case store
        }

        /// The roles.
        public var roles: Set<Role>
        /// How far it reaches.
        public var reach: Reach
    }

    /// What the table says of somebody who gives a command.
    public enum Answer: Sendable, Hashable {
        /// Go on, for these schools; nil for all.
        case allowed(Set<BaseID>?)
        /// Go on, for the people of these grants alone.
        case underGrants([ReadingGrant])
        /// No; the sentence names who may.
        case refused(String)
    }

    /// The row of a command; nil when there is none.
    public static func row(_ command: String) -> Row? { rows[command] }

    /// Asks for somebody with these roles.
    ///
    /// - Parameter reading: the grants to read that hold now: with them an auditor opens named people's records (rulings 12).
    public static func ask(_ command: String, _ grants: [RoleGrant], reading: [ReadingGrant] = []) -> Answer {
        let answer = ask(command, by: grants)
        guard case .refused(let sentence) = answer, openedByGrants.contains(command) else { return answer }
        let auditing = grants.filter { $0.role == .auditor }
        guard !auditing.isEmpty else { return answer }
        let holding = reading.filter { grant in auditing.contains { ($0.base ?? grant.base) == grant.base } }
        guard holding.isEmpty else { return .underGrants(holding) }
        return .refused(
            sentence + "; an auditor opens the records of those whom the school's head or the data protection officer "
                + "names with `syncd grant give`"
        )
    }

    private static func ask(_ command: String, by grants: [RoleGrant]) -> Answer {
        guard let row = rows[command] else {
            return .refused("nobody may give `syncd \(command)`: the table of roles does not know it")
        }
        switch row.reach {
        case .anybody, .own: return .allowed(nil)
        case .bases:
            let fitting = grants.filter { row.roles.contains($0.role) }
            if fitting.contains(where: { $0.base == nil }) { return .allowed(nil) }
            let bases = Set(fitting.compactMap(\.base))
            return bases.isEmpty ? .refused(sentence(command, row)) : .allowed(bases)
        case .store:
            let may = grants.contains { row.roles.contains($0.role) && $0.base == nil }
            return may ? .allowed(nil) : .refused(sentence(command, row))
        }
    }

    /// Which role may, in a sentence.
    static func sentence(_ command: String, _ row: Row) -> String {
        let roles = Role.allCases.filter(row.roles.contains).map(\.words)
        let list =
            roles.count < 2
            ? roles.joined() : roles.dropLast().joined(separator: ", ") + " or " + (roles.last ?? "")
        let place = row.reach == .store ? " for the whole store" : ""
        return "your role does not allow `syncd \(command)`: it takes \(list)\(place)"
    }

    /// Every command with a row, for tests.
    public static var commands: [String] { rows.keys.sorted() }

    /// The rows that open records of one person at a time, or can keep others' closed: what grants are for.
    public static let openedByGrants: Set<String> = [
        "history", "pupil find", "pupil show", "pupil attendance", "pupil consents", "changes --open", "replay --open",
        "audit bundle", "audit run --people",
    ]

    private static let office: Set<Role> = [.schoolAdmin, .multiUserAdmin]
    private static let school: Set<Role> = office.union([.head, .headProxy, .nominatedContact, .itSupport])
    private static let authority: Set<Role> = [.laAdmin, .laOfficer]
    private static let watching: Set<Role> = [.dpo, .operator]
    private static let everyone: Set<Role> = school.union(authority).union(watching).union([.auditor])
    /// Who opens records of people: not auditors, and not who runs the machine (rulings 12).
    private static let readers: Set<Role> = office.union([.head, .headProxy, .laOfficer, .laAdmin, .dpo])

    private static func bases(_ roles: Set<Role>) -> Row { Row(roles: roles, reach: .bases) }
    private static func store(_ roles: Set<Role>) -> Row { Row(roles: roles, reach: .store) }
    private static let own = Row(roles: Set(Role.allCases), reach: .own)
    private static let anybody = Row(roles: Set(Role.allCases), reach: .anybody)

    private static let rows: [String: Row] = [
        // Accounts.
        "login": anybody, "logout": own, "whoami": own,
        "user add": store([.operator]), "user role": store([.operator]), "user disable": store([.operator]),
        "user invite": store([.operator]), "user proxy": bases([.head]),
        "user list": store([.operator, .dpo, .auditor]),
        // Auditors open what the head or the data protection officer grants them (rulings 12).
        "grant give": bases([.head, .dpo]), "grant withdraw": bases([.head, .dpo]),
        "grant list": bases([.head, .dpo, .auditor]),
        // Schools and recipients.
        "base add": store([.operator, .laAdmin]), "base config": bases([.operator, .laAdmin, .itSupport]),
        "base list": bases(everyone), "base show": bases(everyone),
        "recipient add": store([.operator, .laAdmin]), "recipient list": bases(everyone),
        "recipient show": bases(everyone),
        // Acceptance: the head and the proxy alone, at their own school (S0-02, S0-09).
        "consent accept": bases([.head, .headProxy]), "consent withdraw": bases([.head, .headProxy]),
        "consent reports": bases(everyone), "consent history": bases(everyone), "consent settings": bases(everyone),
        // The agent: IT support or the proxy, without the head's login (S0-12).
        "agent install": bases([.itSupport, .headProxy, .operator]), "agent status": bases(everyone),
        "agent heartbeat": bases([.agent]),
        // Data in: of the schools where the role is held. What reaches over all of them is for the whole store's.
        "import": bases(office.union([.operator, .agent, .laAdmin])), "import undo": bases(office.union([.operator])),
        "import --register": store(office.union([.operator, .agent, .laAdmin])),
        "import list": bases(office.union([.operator, .laAdmin, .auditor, .dpo])),
        "issues list": bases(readers), "issues show": bases(readers),
        // Who is who across sources, and whose data hold (rulings 6).
        "matches list": bases(readers), "matches show": bases(readers), "matches find": store(office.union([.laAdmin])),
        "matches match": bases(office.union([.head, .laOfficer])), "conflicts list": bases(readers),
        "matches unmatch": bases(office.union([.head, .laOfficer])), "conflicts show": bases(readers),
        "conflicts accept": bases(office.union([.head])), "conflicts discard": bases(office.union([.head])),
        "conflicts rule": bases(office.union([.head])),
        // Data out.
        "task create": bases([.headProxy, .itSupport, .laAdmin, .operator]),
        "task list": bases(everyone), "task choices": bases(everyone), "task log": bases(everyone),
        "task show": bases(everyone), "task show --copy": bases(readers),
        "task run": bases([.headProxy, .itSupport, .laAdmin, .operator, .agent]),
        // What changes a task for all of its schools, or begins what is due anywhere.
        "task edit": store([.laAdmin, .operator]), "task delete": store([.laAdmin, .operator]),
        "task clone": store([.laAdmin, .operator]), "task cancel": store([.laAdmin, .operator]),
        "task blackout": store([.laAdmin, .operator]), "task lock": bases([.headProxy, .itSupport, .operator]),
        "run-due": store([.operator, .agent]), "recipient edit": store([.operator, .laAdmin]),
        "recipient complete": store([.operator, .laAdmin]), "base prerequisites": bases(everyone),
        // Reading.
        "pupil find": bases(readers), "pupil show": bases(readers), "history": bases(readers),
        "changes": bases(readers.union([.auditor])), "changes --open": bases(readers),
        "pupil attendance": bases(readers),
        "pupil show --restricted": bases(office.union([.head, .dpo])), "pupil protect": bases([.head, .dpo]),
        "pupil consent": bases(office.union([.head, .headProxy])), "pupil consents": bases(readers),
        "replay": bases([.auditor, .dpo, .operator]), "replay --open": bases([.dpo]),
        "projections rebuild --open": store([.dpo]),
        "audit checkpoint": store([.auditor, .operator, .dpo]), "audit prove": store([.auditor, .dpo, .operator]),
        "audit verify": store([.auditor, .dpo, .operator]), "audit disclosures": bases([.auditor, .dpo]),
        "audit bundle": bases([.dpo, .head]), "audit run": bases([.auditor, .dpo, .head]),
        "audit run --people": bases([.dpo, .head]), "audit access": store([.auditor, .dpo]),
        "audit access --open": store([.dpo]), "audit tiles": store([.auditor, .dpo, .operator]),
        "audit publish": store([.dpo, .operator]),
        // Erasure. What reaches over schools is for who holds the role for the whole store.
        "subject erase": bases([.dpo, .head]), "subject lift": bases([.dpo]), "retention hold": bases([.dpo, .head]),
        "retention rule": bases([.dpo, .head]), "retention plan": bases(office.union([.dpo, .head])),
        "retention run": bases([.dpo]),
        "leavers delete": bases(office.union([.dpo])), "leavers queue": bases(office.union([.dpo, .operator])),
        "leavers run": store([.dpo, .operator]), "leavers withdraw": bases(office.union([.dpo])),
        "leavers report": bases(office.union([.dpo, .head])),
        "erasure list": bases(office.union([.dpo, .head, .operator, .auditor])),
        "erasure confirm": bases(office.union([.dpo, .head])),
        "erasure receipt": bases(office.union([.dpo, .head, .auditor])),
        "keys status": store([.operator, .auditor, .dpo]), "keys copy": store([.operator]),
        "keys rotate": store([.operator]),
        // Backups. Restoring, verifying and pruning without a store is for whoever has the files.
        "backup": store([.operator]), "backup verify": store([.operator, .dpo, .auditor]),
        "backup prune": store([.operator]), "backup forget": store([.operator]), "restore": store([.operator]),
        "restore confirm": store([.operator, .dpo]),
        // The machine.
        "status": bases(everyone.union([.agent])),
        "projections list": store([.operator, .auditor]), "projections verify": store([.operator, .auditor]),
        "projections rebuild": store([.operator]), "projections parked list": store([.operator, .auditor]),
        "projections parked show": store([.operator, .auditor]), "projections parked retry": store([.operator]),
    ]
}
