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

extension RetentionRule.Action: ExpressibleByArgument {}

/// Makes a rule, or takes one away.
struct RetentionRuleCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule",
        abstract: "Say how long a school keeps a data group, or the whole record, of pupils who have left.",
        discussion: """
            With --action anonymise attendance figures of each school year stay when the data go, by this rule or by \
            any other order: `syncd leavers report` shows them with XXXX for the pupil.

            A rule erases nothing by itself: `syncd retention plan` shows what would go, `syncd retention run` orders it. \
            The reason is the law or the school's policy; it is written in the log, sealed.

            Example: syncd retention rule sen --years 7 --base 8201001 --reason "Limitation Act 1980, s. 2" --store school
            Example: syncd retention rule attendance --years 7 --action anonymise --base 8201001 --reason "Policy 6" \
            --store school
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

    @Option(
        help: ArgumentHelp(
            "What becomes of the data: erase, or anonymise, which keeps attendance figures without a name.",
            valueName: "action"
        )
    )
    var action: RetentionRule.Action = .erase

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
        guard action == .erase || RetentionRule.anonymisable.contains(group.group) else {
            throw ValidationError(
                "--action anonymise is for attendance and the record: only of these there are figures."
            )
        }
        guard remove || (1...RetentionRule.monthsMax).contains(period) else {
            throw ValidationError("A period goes from one month to a hundred years.")
        }
    }

    private var period: Int { months ?? (years ?? 0).multipliedReportingOverflow(by: 12).partialValue }

    func run(in session: Session) throws {
        let base = try session.base(base)
        let note = try session.actor().note(reason)
        let rule = RetentionRule(group: group.group, months: period, action: action)
        let known = try session.state.read { try $0.retentionRules(at: base.id) }.first { $0.group == rule.group }
        if remove, known != nil { try session.append([RetentionRule.removed(rule.group, at: base.id, note: note)]) }
        if !remove, known != rule { try session.append([rule.set(at: base.id, note: note)]) }
        try session.console.say([
            "base": .string(base.key), "group": .string(rule.name), "months": remove ? .null : JSON(rule.months),
            "action": .string(rule.action.rawValue),
        ])
        try session.console.say(
            remove
                ? "\(base.key): no rule for \(rule.name)."
                : "\(base.key): \(rule.name) is kept for \(Counts.of(rule.months, "month")) from the leaving date"
                    + (rule.action == .anonymise ? "; attendance figures stay after it without a name." : ".")
        )
    }
}
