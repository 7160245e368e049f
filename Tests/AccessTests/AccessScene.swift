import Access
import EventLog
import Foundation
import Identifiers
import Projections
import School
import Sealing
import SyncdTesting

/// A store with accounts.
final class AccessScene: Sendable {
    let folder: TemporaryStore
    let log: EventLog
    let state: State
    let clock = ManualClock()
    let hill = BaseID(high: 10, low: 1)
    let vale = BaseID(high: 10, low: 2)

    static let password = "lantern gravel oboe"

    init() throws {
        folder = try TemporaryStore()
        let layout = StoreLayout(root: folder.path("store"))
        let keys = try KeyFolder(path: folder.path("keys"), store: layout.root, randomness: SystemRandomness())
        try EventLog.create(layout, log: LogID(high: 1, low: 2), owner: BaseID(high: 9, low: 9), keySource: keys)
        var settings = LogSettings()
        settings.segmentBytes = 1 << 20
        settings.mapBytes = 1 << 30
        settings.reserveBytes = 0
        settings.acceptsClockStep = true
        log = try EventLog(opening: layout, keySource: keys, settings: settings)
        state = try State(at: folder.path("state"), of: log, mapBytes: 1 << 30)
        try state.catchUp()
    }

    var gate: AccessGate { AccessGate(log: log, state: state, now: { [clock] in clock.now }) }

    /// Appends what a rule decided.
    func append(_ decision: Decision) throws {
        var randomness = SystemRandomness()
        let batch = Batch(
            command: .random(using: &randomness),
            actor: ActorID(high: 1, low: 1),
            recordedAt: clock.now,
            events: decision.events,
            conditions: decision.conditions
        )
        _ = try batch.surely(log.append)
        try state.catchUp()
    }

    func account(_ name: String) throws -> Account {
        guard let account = try state.read({ try $0.accounts() }).first(where: { $0.name == name }) else {
            throw AccessError(.userUnknown, name)
        }
        return account
    }

    /// Adds an account, and gives its invitation or token.
    @discardableResult
    func add(_ name: String, _ role: Role, at base: BaseID? = nil) throws -> Token {
        var randomness = SystemRandomness()
        let token = Token(drawnFrom: randomness)
        let kind: Account.Kind = role == .agent ? .agent : role == .recipient ? .recipient : .person
        try append(
            AccountRules.add(
                Account(id: .random(using: &randomness), kind: kind, name: name),
                RoleGrant(role, at: base),
                Account.Token(hash: token.hash, expires: clock.now.advanced(bySeconds: 7 * 24 * 3600)),
                beside: try state.read { try $0.accounts() }.map(\.name),
                roster: try log.version(of: AccountStreams.roster(of: log.owner)),
                owner: log.owner
            )
        )
        return token
    }

    /// Adds a person who has set the password.
    func enrolled(_ name: String, _ role: Role, at base: BaseID? = nil) throws {
        let invitation = try add(name, role, at: base)
        _ = try gate.enrol(name, invitation: invitation.text, newPassword: Self.password, from: "desk")
    }

    /// The present code of an account.
    func code(_ name: String) throws -> String {
        OneTimeCode.code(
            try account(name).codeSecret,
            step: OneTimeCode.step(atSeconds: clock.now.microseconds / 1_000_000)
        )
    }

    /// Logs in with what is right, at a time when no code of before is used again.
    func login(_ name: String) throws -> String {
        clock.advance(seconds: 90)
        let code = try account(name).needsSecondStep ? code(name) : nil
        return try gate.login(name, password: Self.password, code: code, from: "desk").token.text
    }

    /// The code of the refusal; nil when nothing was refused.
    func refusal(_ body: () throws -> Void) -> AccessError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? AccessError)?.code
        }
    }

    /// How many events of a type the log has.
    func count(_ type: EventType) throws -> Int {
        var count = 0
        try log.read(LogQuery(type: type.number)) { _ in
            count += 1
            return true
        }
        return count
    }
}
