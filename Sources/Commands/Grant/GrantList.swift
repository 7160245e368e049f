import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Lists what auditors may open.
struct GrantList: PastCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List which auditor may open whose records, and until when.",
        discussion: """
            People stand as ids: the list opens nothing.

            Example: syncd grant list --store school
            """
    )

    @Flag(help: "Also those that have ended.")
    var all = false

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func show(in session: Session) throws {
        let names = try session.accountNames()
        let keys = try session.baseKeys()
        let now = session.shownNow
        let grants = try session.readingGrants().filter { all || $0.holds(at: now) }
        try session.console.say(
            .array(grants.map { $0.json(auditor: names[$0.account] ?? "-", base: keys[$0.base], at: now) })
        )
        guard !grants.isEmpty else {
            return try session.console.say("No auditor may open anybody's record\(all ? "" : " now").")
        }
        var table = TextTable("Grant", "Auditor", "Base", "Until", "State", "People")
        for grant in grants {
            table.add(
                grant.id.hex,
                names[grant.account] ?? "-",
                keys[grant.base] ?? "-",
                LondonTime.text(grant.ends),
                grant.word(at: now),
                grant.subjects.sorted().map(\.hex).joined(separator: ", ")
            )
        }
        try session.console.say(table.text)
    }
}

extension Session {
    /// The grants that are about schools within reach; an auditor sees the own ones.
    func readingGrants() throws -> [ReadingGrant] {
        let own = principal.flatMap { who in who.grants.allSatisfy { $0.role == .auditor } ? who.account : nil }
        return try state.read { try $0.readingGrants(of: own) }.filter { reaches($0.base) }
    }

    /// The names of accounts.
    func accountNames() throws -> [ActorID: String] {
        Dictionary(uniqueKeysWithValues: try state.read { try $0.accounts() }.map { ($0.id, $0.name) })
    }
}
