import Foundation
import School
import Sealing

/// Accounts of a store, each with a session file, as people use them.
final class People {
    let store: TestStore
    private var secrets: [String: [UInt8]] = [:]
    private var heads: [String: String] = [:]

    static let password = "lantern gravel oboe"

    /// Begins the accounts of a store.
    init(_ store: TestStore, operator name: String) throws {
        self.store = store
        let outcome = try store.run(["user", "add", name, "--role", "operator", "--json"])
        guard let invitation = try outcome.object["invitation"] as? String else {
            throw Program.Unexpected(outcome.errors)
        }
        try accept(invitation, name)
    }

    /// Takes the first account up.
    init(_ store: TestStore, invitation: String, of name: String) throws {
        self.store = store
        try accept(invitation, name)
    }

    /// Where somebody's session lies.
    func file(_ name: String) -> String { store.scratch.path("session-\(name)") }

    /// Runs a command as somebody.
    func run(_ name: String, _ arguments: String...) throws -> Program.Outcome { try run(name, arguments) }

    func run(_ name: String, _ arguments: [String], input: String? = nil) throws -> Program.Outcome {
        try Program.run(arguments + ["--store", store.path, "--session", file(name)], input: input)
    }

    @discardableResult
    func succeed(_ name: String, _ arguments: String...) throws -> Program.Outcome {
        let outcome = try run(name, arguments)
        guard outcome.code == 0 else { throw Program.Unexpected("\(arguments): \(outcome.errors)") }
        return outcome
    }

    /// Runs a command for machines as somebody.
    func object(_ name: String, _ arguments: String...) throws -> [String: Any] {
        let outcome = try run(name, arguments + ["--json"])
        guard outcome.code == 0 else { throw Program.Unexpected("\(arguments): \(outcome.errors)") }
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        if let list = value as? [[String: Any]] {
            return Dictionary(uniqueKeysWithValues: list.enumerated().map { (String($0), $1 as Any) })
        }
        return value as? [String: Any] ?? [:]
    }

    /// Every event of the log, as the first operator sees it.
    func events() throws -> [[String: Any]] {
        let outcome = try run("rosa", ["replay", "--format", "jsonl"])
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
        return try outcome.objects
    }

    /// Adds a person through the first operator, sets the password and logs in.
    func enrol(_ name: String, _ role: String, at base: String?) throws {
        guard role == "head_proxy", let base else {
            if role == "head" { heads[base ?? ""] = name }
            return try accept(try invite(name, role, at: base), name)
        }
        // The head appoints the proxy, among people who have a role at the school.
        guard let head = heads[base] else { throw Program.Unexpected("a proxy needs a head") }
        try accept(try invite(name, "nominated_contact", at: base), name)
        let outcome = try run(head, ["user", "proxy", name, "--base", base, "--json"])
        guard outcome.code == 0, let invitation = try outcome.object["invitation"] as? String else {
            throw Program.Unexpected(outcome.errors + outcome.output)
        }
        try accept(invitation, name)
    }

    /// A one-time code that holds now; nil for somebody who needs none.
    func code(of name: String) -> String? {
        secrets[name].map { secret in
            // A code holds once: take the next half minute's, which is accepted already.
            let step = OneTimeCode.step(atSeconds: Int64(Date().timeIntervalSince1970))
            steps[name] = max(step, (steps[name] ?? 0) + 1)
            return OneTimeCode.code(secret, step: steps[name] ?? step)
        }
    }

    /// The token in somebody's session file.
    func token(of name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Adds a person through the first operator.
    ///
    /// - Returns: the invitation.
    func invite(_ name: String, _ role: String, at base: String?) throws -> String {
        let place = base.map { ["--base", $0] } ?? []
        let outcome = try run("rosa", ["user", "add", name, "--role", role, "--json"] + place)
        guard outcome.code == 0, let invitation = try outcome.object["invitation"] as? String else {
            throw Program.Unexpected(outcome.errors)
        }
        return invitation
    }

    /// Keeps the secret of somebody's one-time codes.
    func keep(secret: String, of name: String) { secrets[name] = Self.base32(secret) }

    /// Logs in anew, as after a change of roles.
    func login(_ name: String) throws {
        let input = Self.password + "\n" + (code(of: name).map { $0 + "\n" } ?? "")
        let outcome = try run(name, ["login", name], input: input)
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
    }

    private var steps: [String: UInt64] = [:]

    private func accept(_ invitation: String, _ name: String) throws {
        let input = "\(invitation)\n\(Self.password)\n"
        let outcome = try run(name, ["login", name, "--first", "--json"], input: input)
        guard outcome.code == 0 else { throw Program.Unexpected(outcome.errors) }
        if let secret = try outcome.object["codeSecret"] as? String { secrets[name] = Self.base32(secret) }
        try login(name)
    }

    private static func base32(_ text: String) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var (held, bits, bytes): (UInt32, Int, [UInt8]) = (0, 0, [])
        for letter in text {
            held = held << 5 | UInt32(letters.firstIndex(of: letter) ?? 0)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(bits)))
            }
        }
        return bytes
    }
}

/// The rows of the table of roles.
enum AccessRows {
    static let known = AccessTable.commands
}
