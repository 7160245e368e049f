import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// What may leave a school.
struct ConsentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent",
        abstract: "Accept and withdraw reports: nothing leaves a school that its head has not accepted.",
        discussion: "Example: syncd consent reports --base 8201001 --store school",
        subcommands: [
            ConsentSettings.self, ConsentReports.self, ConsentAccept.self, ConsentWithdraw.self, ConsentHistory.self,
        ]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// What accepting and withdrawing have in common: some reports, some bases, and a decision for each.
protocol ConsentDecision: StoreCommand {
    var reports: [String] { get }
    var bases: [String] { get }
    /// The word in JSON.
    static var word: String { get }
    /// What is decided.
    var act: ConsentAct { get }
}

extension ConsentDecision {
    var goesBesideDeliveries: Bool { act.goesBesideDeliveries }

    func run(in session: Session) throws {
        let bases = try bases.map { try session.base($0) }
        try act.carryOut(reports, at: bases, in: session) { base, report, decision in
            try session.tell(decision, of: base.title)
            try session.console.say([
                "base": .string(base.key), "report": .string(report.name), "version": JSON(report.version),
                "state": .string(Self.word), "changed": .bool(!decision.isUnchanged),
            ])
        }
    }
}
