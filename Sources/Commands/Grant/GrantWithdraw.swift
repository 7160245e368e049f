import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Ends a grant.
struct GrantWithdraw: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "End a grant before its day: nothing is opened under it any more.",
        discussion: """
            Example: syncd grant withdraw 7f3a0c5e1b2d4f60918273645a6b7c8d --reason "The complaint is settled" --store school
            """
    )

    @Argument(help: "The grant's id, as `syncd grant list` tells it.")
    var grant: HexID<GrantKind>

    @Option(help: "Why; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    func run(in session: Session) throws {
        guard let found = try session.readingGrants().first(where: { $0.id == grant.id }) else {
            throw CommandError(
                .grantUnknown,
                "There is no such grant. See what there is with `syncd grant list --all`."
            )
        }
        try session.carryOut(ReadingGrantRules.withdraw(found, note: session.actor().note(reason)))
        let now = session.now
        guard let after = try session.readingGrants().first(where: { $0.id == grant.id }) else { return }
        try session.console.say(
            after.json(
                auditor: try session.accountNames()[after.account] ?? "-",
                base: try session.baseKeys()[after.base],
                at: now
            )
        )
        let others = try session.readingGrants().filter { other in
            other.account == after.account && other.base == after.base && !other.isWithdrawn && other.holds(at: now)
                && !other.subjects.isDisjoint(with: after.subjects)
        }
        guard !others.isEmpty else { return }
        session.console.warn(
            "The same people are opened by \(Counts.of(others.count, "other grant")) still: "
                + others.map(\.id.hex).joined(separator: ", ") + "."
        )
    }
}
