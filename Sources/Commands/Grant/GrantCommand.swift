import ArgumentParser

/// What auditors may open.
struct GrantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Let an auditor open the records of named people until a day.",
        discussion: """
            Auditors work on closed records, proofs and the ledger. To open somebody's record they need a grant by the \
            school's head or the data protection officer, which names the people and ends.

            Example: syncd grant give ines A123456789012 --until 31/01/2027 --reason "Complaint 12" --store school
            """,
        subcommands: [GrantGive.self, GrantList.self, GrantWithdraw.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}
