import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Says who is logged in.
struct WhoamiCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show who you are here, and with which roles.",
        discussion: "Example: syncd whoami --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        guard let principal = session.principal else {
            try session.console.say(["user": .string(session.origin), "roles": .null])
            return try session.console.say(
                "\(session.origin), the system's account: this store has no accounts, so whoever may open it may do all."
            )
        }
        let roles = try session.words(of: principal.grants)
        try session.console.say(["user": .string(principal.name), "roles": .array(roles)])
        try session.console.say(principal.name + roles.map { "\n  \($0.plain)" }.joined())
    }
}

extension Session {
    /// Roles and where they are held, in words.
    func words(of grants: [RoleGrant]) throws -> [JSON] {
        let keys = Dictionary(uniqueKeysWithValues: try everyBase().map { ($0.id, $0.key) })
        return grants.map { grant in
            .string(grant.role.rawValue + (grant.base.map { " at \(keys[$0] ?? $0.hex)" } ?? ""))
        }
    }
}

extension JSON {
    /// A text without its quotes.
    var plain: String { if case .string(let text) = self { text } else { text } }
}
