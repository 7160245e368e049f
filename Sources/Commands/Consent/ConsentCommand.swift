import ArgumentParser
import Projections
import School

/// What may leave a school.
struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Accept and withdraw reports: nothing leaves a school that its head has not accepted.",
        discussion: "Example: syncd consent reports --base 8201001 --store school",
        subcommands: [ConsentReports.self, ConsentAccept.self, ConsentWithdraw.self, ConsentHistory.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// What accepting and withdrawing have in common: a report, some bases, and a decision for each.
protocol ConsentDecision: StoreCommand {
    var report: String { get }
    var bases: [String] { get }
    /// The word in JSON.
    static var word: String { get }
    /// Decides.
    static func decide(_ report: Report, _ acceptance: ReportAcceptance, by accepter: Accepter) throws -> Decision
    /// Does what follows from the decision at once.
    static func follow(_ base: Base, _ report: Report, in session: Session) throws
}

extension ConsentDecision {
    static func follow(_ base: Base, _ report: Report, in session: Session) throws {}

    func run(in session: Session) throws {
        let report = try ReportCatalogue.newest(report)
        let bases = try bases.map { try session.base($0) }
        let actor = try session.actor()
        let accepter = Accepter(actor: actor.id, name: actor.account)
        for base in bases {
            let acceptance = try session.acceptance(of: report.name, at: base.id)
            let decision = try Self.decide(report, acceptance, by: accepter)
            let appended = try session.carryOut(decision, of: base.title)
            try Self.follow(base, report, in: session)
            try session.console.say([
                "base": .string(base.key), "report": .string(report.name), "version": JSON(report.version),
                "state": .string(Self.word), "changed": .bool(appended != nil),
            ])
        }
    }
}
