import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Shows what would go when.
struct RetentionPlan: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show the rules, whose data they say may be kept no longer, and what keeps them.",
        discussion: """
            With --on it is asked about another day. Nothing is appended.

            Example: syncd retention plan --store school --on 01/09/2027
            """
    )

    @Option(help: ArgumentHelp("Only this school.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("As of this day; today if not given.", valueName: "date"))
    var on: DayArgument?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let bases = try base.map { [try session.base($0)] } ?? session.bases()
        let day = try on.flatMap { CalendarDate(iso: $0.day) } ?? session.today()
        let due = try DueRetention.all(of: bases, on: day, in: session)
        var table = TextTable("Base", "Data", "Kept", "#Due", "#Go", "#Stay", "Next")
        for item in due {
            let plan = try session.state.read { snapshot in
                try ErasurePlan(item.subjects, groups: item.groups, today: day, in: snapshot, session.log)
            }
            try session.console.say(item.json(plan))
            table.add(
                item.base.key,
                item.rule.name,
                Counts.of(item.rule.months, "month"),
                Counts.grouped(item.subjects.count),
                Counts.grouped(plan.named),
                Counts.grouped(plan.kept.count),
                item.next.map { LondonTime.date($0.description) } ?? "-"
            )
        }
        try session.console.say(
            due.isEmpty ? "No rules: make one with `syncd retention rule`." : table.text
        )
    }
}

extension DueRetention {
    /// None for the whole record.
    var groups: [DataGroup] { rule.group.map { [$0] } ?? [] }

    /// For machines: whose, by ids.
    func json(_ plan: ErasurePlan) -> JSON {
        [
            "base": .string(base.key), "data": .string(rule.name), "months": JSON(rule.months),
            "action": .string(rule.action.rawValue),
            "goes": .array(plan.people.prefix(plan.named).map { .string($0.entity.id.hex) }),
            "stays": .array(
                plan.kept.map { kept in
                    [
                        "subject": .string(kept.subject.hex), "because": .string(kept.obstacle.word),
                        "until": kept.obstacle.until.map { .string($0.description) } ?? .null,
                    ]
                }
            ),
            "next": next.map { .string($0.description) } ?? .null,
        ]
    }
}

/// Orders what the rules say.
struct RetentionRun: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Order the erasure of what the rules say may be kept no longer.",
        discussion: """
            One order a school and rule, as `leavers delete` and `subject erase` make them: carried out within 14 days, or \
            at once with --now. Whoever is on hold, or whose register entries must stay, is left out and told. --confirm \
            takes the number that `syncd retention plan` shows as going, of all rules together.

            Example: syncd retention run --confirm 12 --reason "Yearly" --store school
            """
    )

    @Option(help: ArgumentHelp("Only this school.", valueName: "key"))
    var base: String?

    @Option(help: "Why now; written in the log, sealed.")
    var reason: String

    @Flag(help: "Carry it out at once, not within 14 days.")
    var now = false

    @Option(help: ArgumentHelp("How many go: the yes of a script.", valueName: "number"))
    var confirm: Int?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    func run(in session: Session) throws {
        let bases = try base.map { [try session.base($0)] } ?? session.bases()
        let today = try session.today()
        let due = try DueRetention.all(of: bases, on: today, in: session)
        let going = try due.map { item in
            try session.state.read { snapshot in
                try ErasurePlan(item.subjects, groups: item.groups, today: today, in: snapshot, session.log).named
            }
        }
        let total = going.reduce(0, +)
        guard total > 0 else {
            throw CommandError(
                .nothingToErase,
                "Nothing can go now. `syncd retention plan` shows what is kept until when."
            )
        }
        try confirm(total, session)
        for (item, count) in zip(due, going) where count > 0 {
            // An order of before in this run may have taken the whole record.
            let left = try session.state.read { snapshot in try item.subjects.filter { try snapshot.entity($0) != nil }
            }
            let plan = try session.state.read { snapshot in
                try ErasurePlan(left, groups: item.groups, today: today, in: snapshot, session.log).named
            }
            guard plan > 0 else { continue }
            let answer = ErasureOffer.Answer(reason: reason, isNow: now, isDryRun: false, confirmed: plan)
            let offer = ErasureOffer(
                session: session,
                base: item.base,
                subjects: left,
                groups: item.groups,
                answer: answer
            )
            try offer.perform()
        }
    }

    private func confirm(_ total: Int, _ session: Session) throws {
        if confirm == nil, session.console.canAsk {
            let question = "This cannot be undone, by nobody. \(total) go; to go on, type how many:"
            guard try session.ask(question) == String(total) else {
                throw CommandError(.notConfirmed, "Nothing was ordered: the answer was not \(total).")
            }
            return
        }
        guard confirm == total else {
            throw CommandError(
                .notConfirmed,
                "\(total) would go. See with `syncd retention plan` who, then give --confirm \(total)."
            )
        }
    }
}
