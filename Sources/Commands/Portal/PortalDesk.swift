import Access
import EventLog
import Identifiers
import Portal
import Projections
import School

/// The portal's way to the store: each page has a session of its own, which `admit` lets in like a command.
struct PortalDesk: SchoolDesk {
    let store: OpenStore
    let turn: WriteTurn
    let console: Console
    let surroundings: Surroundings

    /// How long a form waits for its turn, in seconds.
    private static let patience = 5
    private static let purpose = "the head's page"

    var gate: AccessGate {
        AccessGate(log: store.log, state: store.state, now: { [surroundings] in surroundings.now() })
    }

    func schools(for visitor: Visitor) throws -> SchoolList {
        try refusing {
            let session = try session(of: visitor)
            return SchoolList(who: session.principal?.name ?? "", schools: try session.bases().map(SchoolName.init))
        }
    }

    func sheet(of school: String, for visitor: Visitor) throws -> SchoolSheet {
        try refusing {
            let session = try session(of: visitor)
            let base = try session.base(hex: school)
            let others = try session.bases().count > 1
            return try SchoolSheet(SettingsView(of: base, in: session), hasOthers: others, in: session)
        }
    }

    func decide(_ decision: HeadsDecision, at school: String, for visitor: Visitor) throws -> [String] {
        try refusing {
            let (act, reports, password): (ConsentAct, [String], String) =
                switch decision {
                case .accept(let reports, let reviewed, let password): (.accept(reviewed: reviewed), reports, password)
                case .withdraw(let report, let password): (.withdraw, [report], password)
                }
            return try inTurn(password, at: school, for: visitor, beside: act.goesBesideDeliveries) { base, session in
                var sentences: [String] = []
                try act.carryOut(reports, at: [base], in: session) { sentences.append(Self.sentence($2.message)) }
                return sentences
            }
        }
    }

    func proxies(of school: String, for visitor: Visitor) throws -> ProxySheet {
        try refusing {
            let session = try session(of: visitor)
            let base = try session.base(hex: school)
            let people = try session.state.read { try $0.accounts() }.filter { AccountRules.isOf(base.id, $0) }
            func hold(_ role: Role, _ account: Account) -> Bool {
                account.grants.contains(RoleGrant(role, at: base.id))
            }
            return ProxySheet(
                who: session.principal?.name ?? "",
                school: SchoolName(base),
                proxies: people.filter { hold(.headProxy, $0) }.map(\.name),
                candidates: people.filter { !hold(.headProxy, $0) && !hold(.head, $0) }.map(\.name)
            )
        }
    }

    func decide(
        _ decision: ProxyDecision,
        password: String,
        at school: String,
        for visitor: Visitor
    ) throws -> [String] {
        try refusing {
            let act: ProxyAct =
                switch decision {
                case .appoint(let name): .appoint(name)
                case .remove(let name): .remove(name)
                }
            return try inTurn(password, at: school, for: visitor) { base, session in
                let (decision, invitation) = try act.carryOut(at: base, in: session)
                let handed = invitation.map {
                    "They need one-time codes: hand them this invitation, which is not shown again, in person. With it they set "
                        + "password and codes under \u{201C}The first time\u{201D}: \($0.text)"
                }
                return [Self.sentence(decision.message)] + (handed.map { [$0] } ?? [])
            }
        }
    }

    /// Does what changes the store, in its turn, for somebody who has shown the password again.
    private func inTurn<R>(
        _ password: String,
        at school: String,
        for visitor: Visitor,
        beside besideDeliveries: Bool = false,
        _ work: (Base, Session) throws -> R
    ) throws -> R {
        // First whether they may at all, and whether it is they: neither needs the turn.
        let looking = try session(of: visitor)
        _ = try looking.base(hex: school)
        try confirm(password, of: looking)
        return try turn.take(Self.purpose, waiting: Self.patience, besideDeliveries: besideDeliveries) { _ in
            // Asked within the turn, so that a right cannot be taken away between the two.
            let session = try session(of: visitor)
            // Not while a file is on its way that may hold the erased.
            if !turn.isDelivering { try session.goOnWithErasure() }
            return try work(try session.base(hex: school), session)
        }
    }

    private static func sentence(_ message: String) -> String {
        let start = message.first.map { $0.uppercased() + message.dropFirst() } ?? ""
        return start.hasSuffix(".") ? start : start + "."
    }

    func end(for visitor: Visitor) throws {
        try refusing {
            let session = try session(of: visitor)
            if let principal = session.principal { try gate.logout(principal) }
        }
    }

    /// A session that was let in.
    private func session(of visitor: Visitor) throws -> Session {
        var surroundings = surroundings
        surroundings.account = visitor.address
        let session = Session(
            on: store,
            token: visitor.token,
            console: console,
            surroundings: surroundings,
            changing: { [turn] in turn.holder }
        )
        try session.admit(visitor.command)
        // Without accounts whoever owns the store's files may do all; somebody at a browser does not own them.
        guard session.principal != nil else { throw AccessError(.notLoggedIn, "nobody is logged in") }
        return session
    }

    /// Whether somebody at a screen is who logged in there (ASVS 7.5.3); a wrong password counts as a guess.
    private func confirm(_ password: String, of session: Session) throws {
        guard let principal = session.principal else { throw AccessError(.notLoggedIn, "nobody is logged in") }
        do {
            let shown = try gate.showPassword(principal.name, password, from: session.origin)
            guard shown.account == principal.account else { throw AccessError(.loginRefused, "another account") }
        } catch let error as AccessError where error.code == .loginRefused {
            throw Refusal(.wrong, "The password is wrong. Nothing was changed.")
        }
    }

    /// Puts what went wrong into the words of somebody at a browser.
    private func refusing<R>(_ work: () throws -> R) throws -> R {
        do {
            return try work()
        } catch let error as AccessError {
            throw Refusal(error)
        } catch let error as CommandError {
            switch error.code {
            case .baseUnknown: throw Refusal(.notFound, "There is no such page here, or it is not yours to see.")
            case .busy:
                throw Refusal(
                    .busy,
                    "The store is at work at something that takes a while, such as an import. Nothing was changed; try again in a "
                        + "minute."
                )
            default: throw error
            }
        } catch let error as SchoolError {
            switch error.code {
            case .listChanged:
                throw Refusal(
                    .changed,
                    "The list of reports has changed since you looked at it. Nothing was changed: go back, and look at it again."
                )
            case .proxyUnfit:
                throw Refusal(.wrong, "Nobody of this name has a role at your school. Nothing was changed.")
            case .reportNotAvailable, .reportUnknown:
                throw Refusal(.changed, "This report is not available for your school. Nothing was changed.")
            default: throw error
            }
        } catch let error as EventLogError where error.code == .versionConflict {
            throw Refusal(.changed, "Somebody else decided at the same time. Go back, and see what is so now.")
        }
    }
}

extension SchoolName {
    init(_ base: Base) {
        self.init(id: base.id.hex, key: base.key, name: base.name.isEmpty ? base.key : base.name)
    }
}
