import EventLog
import Events
import Identifiers

/// Who stands in for the head: the head alone says so, and takes it back (rulings 9).
extension AccountRules {
    /// Makes somebody of the school the head's proxy there.
    ///
    /// - Parameters:
    ///   - account: nil when nobody has the name.
    ///   - invitation: for a second step, which a proxy needs; used when the account has none yet.
    /// - Returns: the role, and the invitation where one is needed.
    /// - Throws: `SchoolError` with code `proxyUnfit` for whoever is not of the school.
    public static func appointProxy(
        _ account: Account?,
        at base: BaseID,
        invitation: Account.Token,
        owner: BaseID
    ) throws -> Decision {
        guard let account, isOf(base, account) else { throw stranger }
        let grant = RoleGrant(.headProxy, at: base)
        guard !account.grants.contains(grant) else { return .unchanged("your proxy is \(account.name) already") }
        guard !account.grants.contains(RoleGrant(.head, at: base)) else {
            throw SchoolError(.proxyUnfit, "a head needs no proxy's role to decide")
        }
        var events = [granted(grant, account, owner)]
        if account.codeSecret.isEmpty { events.append(credential(.invitation, invitation, account, owner)) }
        return Decision(
            events: events,
            conditions: [condition(account)],
            message: "your proxy is \(account.name) from the next login on"
        )
    }

    /// Takes the proxy's role back; sessions end at once.
    ///
    /// - Parameter account: nil when nobody has the name.
    /// - Throws: `SchoolError` with code `proxyUnfit` for whoever is not of the school.
    public static func removeProxy(_ account: Account?, at base: BaseID, owner: BaseID) throws -> Decision {
        guard let account, isOf(base, account) else { throw stranger }
        let decision = try revoke(RoleGrant(.headProxy, at: base), from: account, operators: Int.max, owner: owner)
        guard !decision.isUnchanged else { return .unchanged("your proxy is not \(account.name)") }
        return Decision(
            events: decision.events,
            conditions: decision.conditions,
            message: "your proxy is no longer \(account.name)"
        )
    }

    /// Whether somebody of a school could stand in for its head: a person with a role there.
    public static func isOf(_ base: BaseID, _ account: Account) -> Bool {
        account.kind == .person && !account.isDisabled && account.grants.contains { $0.base == base }
    }

    /// Refuses what is the head's to decide to whoever gives people their accounts.
    ///
    /// - Throws: `SchoolError` with code `proxyIsTheHeads`.
    public static func requireOperatorsRole(_ role: Role) throws(SchoolError) {
        guard role != .headProxy else {
            throw SchoolError(
                .proxyIsTheHeads,
                "the head appoints and removes the proxy: give them another role at the school, then the head says "
                    + "`syncd user proxy NAME --base KEY`"
            )
        }
    }

    // The same for a name that nobody has and for one of another school.
    private static let stranger = SchoolError(
        .proxyUnfit,
        "nobody of this name has a role at the school: an operator adds people first"
    )
}

extension SchoolError.Code {
    /// Not somebody who can stand in for the head.
    public static let proxyUnfit = Self(rawValue: "proxyUnfit")
    /// The head's to decide, and nobody else's.
    public static let proxyIsTheHeads = Self(rawValue: "proxyIsTheHeads")
}
