import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// What a rule is about: a data group, or `record` for everything.
struct RetainedGroup: ExpressibleByArgument {
    var group: DataGroup?

    init?(argument: String) {
        if argument == RetentionRule.record { return }
        guard let group = ErasureRules.separable.first(where: { $0.name == argument }) else { return nil }
        self.group = group
    }

    static var allValueStrings: [String] { [RetentionRule.record] + ErasureRules.separable.map(\.name) }
}

/// Makes a rule, or takes one away.
struct RetentionRuleCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule",
        abstract: "Say how long a school keeps a data group, or the whole record, of pupils who have left.",
        discussion: """
            A rule erases nothing by itself: `syncd retention plan` shows what would go, `syncd retention run` orders it. \
            The reason is the law or the school's policy; it is written in the log, sealed.

            Example: syncd retention rule sen --years 7 --base 8201001 --reason "Limitation Act 1980, s. 2" --store school
            Example: syncd retention rule record --remove --base 8201001 --reason "Under review" --store school
            """
    )

    @Argument(help: "A data group, or record for the whole record.")
    var group: RetainedGroup

    @Option(help: ArgumentHelp("The school.", valueName: "key"))
    var base: String

    @Option(help: ArgumentHelp("Years from the leaving date.", valueName: "number"))
    var years: Int?

    @Option(help: ArgumentHelp("Months from the leaving date.", valueName: "number"))
    var months: Int?

    @Flag(help: "Take the rule away.")
    var remove = false

    @Option(help: "The lawful reason; written in the log, sealed.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        try ReadingReason.check(reason)
        guard [years != nil, months != nil, remove].count(where: { $0 }) == 1 else {
            throw ValidationError("Give one of --years, --months and --remove.")
        }
        guard remove || (1...RetentionRule.monthsMax).contains(period) else {
            throw ValidationError("A period goes from one month to a hundred years.")
        }
    }

    private var period: Int { months ?? (years ?? 0).multipliedReportingOverflow(by: 12).partialValue }

    func run(in session: Session) throws {
        let base = try session.base(base)
        let note = try session.actor().note(reason)
        let rule = RetentionRule(group: group.group, months: period)
        let known = try session.state.read { try $0.retentionRules(at: base.id) }.first { $0.group == rule.group }
        if remove, known != nil { try session.append([RetentionRule.removed(rule.group, at: base.id, note: note)]) }
        if !remove, known != rule { try session.append([rule.set(at: base.id, note: note)]) }
        try session.console.say([
            "base": .string(base.key), "group": .string(rule.name), "months": remove ? .null : JSON(rule.months),
        ])
        try session.console.say(
            remove
                ? "\(base.key): no rule for \(rule.name)."
                : "\(base.key): \(rule.name) is kept for \(Counts.of(rule.months, "month")) from the leaving date."
        )
    }
}
