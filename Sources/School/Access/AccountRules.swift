import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// What may happen to accounts, and the events that say so.
public enum AccountRules {
    /// Adds an account with its first role.
    ///
    /// - Parameters:
    ///   - account: the new one, its id drawn at random.
    ///   - token: the invitation of a person, or the token of a machine.
    ///   - names: those that are taken.
    ///   - roster: how many accounts have ever been added; the first is an operator, who can add the others.
    /// - Throws: `SchoolError` with code `nameInvalid`, `nameTaken`, `rolePlaceInvalid`, `roleUnfit` or `firstIsOperator`.
    public static func add(
        _ account: Account,
        _ grant: RoleGrant,
        _ token: Account.Token,
        beside names: [String],
        roster: UInt64,
        owner: BaseID
    ) throws -> Decision {
        try NameRule.check(account.name, taken: names, of: "user")
        try grant.check()
        try require(grant.role, fits: account.kind)
        guard roster > 0 || (grant.role == .operator && account.kind == .person) else {
            throw SchoolError(
                .firstIsOperator,
                "the first account is an operator's, who can add the others: `syncd user add NAME --role operator`"
            )
        }
        let added = Syncd_Events_AccountAdded.with {
            $0.account = Data(account.id.bytes)
            $0.kind = account.kind.message
        }
        let details = NewPart(
            subject: SubjectID(account.id),
            dataClass: DataClass(rawValue: DataGroup.accountDetails.rawValue),
            plaintext: EventBytes.of(Syncd_Events_AccountDetails.with { $0.name = account.name })
        )
        let names = AccountStreams.roster(of: owner)
        let event = NewEvent(
            type: EventType.accountAdded.number,
            base: owner,
            stream: names,
            open: EventBytes.of(added),
            parts: [details]
        )
        return Decision(
            events: [
                event, granted(grant, account, owner),
                credential(account.kind == .person ? .invitation : .token, token, account, owner),
            ],
            conditions: [StreamCondition(stream: names, version: roster)],
            message: "the account \(account.name) is added as \(grant.role.rawValue)"
        )
    }

    /// Gives a role; sessions of before end, so that nobody uses it in the same breath.
    ///
    /// - Throws: `SchoolError` with code `rolePlaceInvalid`, `roleUnfit` or `accountDisabled`.
    public static func grant(_ grant: RoleGrant, to account: Account, owner: BaseID) throws -> Decision {
        try grant.check()
        try require(grant.role, fits: account.kind)
        guard !account.isDisabled else { throw SchoolError(.accountDisabled, "the account is disabled") }
        guard !account.grants.contains(grant) else {
            return .unchanged("the account \(account.name) is \(grant.role.rawValue) already")
        }
        return Decision(
            events: [granted(grant, account, owner)],
            conditions: [condition(account)],
            message: "the account \(account.name) is \(grant.role.rawValue) from the next login on"
        )
    }

    /// Takes a role away.
    ///
    /// - Parameter operators: how many accounts that can be used hold the role of an operator.
    /// - Throws: `SchoolError` with code `lastOperator`.
    public static func revoke(
        _ grant: RoleGrant,
        from account: Account,
        operators: Int,
        owner: BaseID
    ) throws -> Decision {
        guard account.grants.contains(grant) else {
            return .unchanged("the account \(account.name) is no \(grant.role.rawValue) there")
        }
        try requireOperators(operators, without: grant.role == .operator && !account.isDisabled)
        let message = Syncd_Events_RoleRevoked.with {
            $0.role = grant.role.rawValue
            $0.base = Data(grant.base?.bytes ?? [])
        }
        return Decision(
            events: [event(.roleRevoked, account, owner, EventBytes.of(message))],
            conditions: [condition(account)],
            message: "the account \(account.name) is no longer \(grant.role.rawValue)"
        )
    }

    /// Disables an account: its sessions and tokens end.
    ///
    /// - Throws: `SchoolError` with code `lastOperator`.
    public static func disable(_ account: Account, operators: Int, owner: BaseID) throws -> Decision {
        guard !account.isDisabled else { return .unchanged("the account \(account.name) is disabled already") }
        try requireOperators(operators, without: account.grants.contains { $0.role == .operator })
        return Decision(
            events: [event(.accountDisabled, account, owner, [])],
            conditions: [condition(account)],
            message: "the account \(account.name) is disabled: sessions and tokens have ended"
        )
    }

    /// Puts an invitation or a token in place of the one before.
    ///
    /// - Throws: `SchoolError` with code `accountDisabled`.
    public static func renew(_ token: Account.Token, of account: Account, owner: BaseID) throws -> Decision {
        guard !account.isDisabled else { throw SchoolError(.accountDisabled, "the account is disabled") }
        return Decision(
            events: [credential(account.kind == .person ? .invitation : .token, token, account, owner)],
            conditions: [condition(account)],
            message:
                "\(account.name) has a new \(account.kind == .person ? "invitation" : "token"); the old one is void"
        )
    }

    /// Sets a password, and the secret of one-time codes where the roles need one.
    public static func setPassword(
        hash: String,
        codeSecret: [UInt8]?,
        of account: Account,
        owner: BaseID
    ) -> Decision {
        let password = Syncd_Events_Credential.with { $0.passwordHash = hash }
        var events = [credential(.password, nil, account, owner, password)]
        if let codeSecret {
            let secret = Syncd_Events_Credential.with { $0.secret = Data(codeSecret) }
            events.append(credential(.oneTimeCodes, nil, account, owner, secret))
        }
        return Decision(
            events: events,
            conditions: [condition(account)],
            message: "the password of \(account.name) is set"
        )
    }

    private static func require(_ role: Role, fits kind: Account.Kind) throws(SchoolError) {
        guard role.isMachine ? kind.role == role : kind == .person else {
            throw SchoolError(.roleUnfit, "the role \(role.rawValue) is not for this sort of account")
        }
    }

    private static func requireOperators(_ operators: Int, without isOne: Bool) throws(SchoolError) {
        guard !isOne || operators > 1 else {
            throw SchoolError(.lastOperator, "the store would be without an operator: make another one first")
        }
    }
}
