import Access
import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Lets an auditor open named people's records.
struct GrantGive: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "give",
        abstract: "As a head or data protection officer, let an auditor open the records of named people until a day.",
        discussion: """
            The auditor opens these people's records alone, with a reason each time, and until the end of the day. What is \
            opened names the grant in the log. People of several schools get a grant each school. Nobody grants to \
            themselves.

            Example: syncd grant give ines A123456789012 --until 31/01/2027 --reason "Complaint 12" --store school
            """
    )

    @Argument(help: "The auditor's user name.")
    var auditor: String

    @Argument(help: "Whose records: a UPN, MIS key, whole name or id each.")
    var subjects: [String]

    @Option(help: ArgumentHelp("The school, when two have this MIS key or name.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("The last day, dd/MM/yyyy or yyyy-MM-dd.", valueName: "day"))
    var until: DayArgument

    @Option(help: "Why; written in the log.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        try ReadingReason.check(reason)
        if subjects.isEmpty { throw ValidationError("Name the people whose records may be opened.") }
    }

    func run(in session: Session) throws {
        let search = SubjectSearch(session: session, base: try base.map { try session.base($0).id })
        let people = try subjects.map { try search.one($0, orNamed: true) }
        let account = try session.state.read { try $0.accounts() }.first { $0.name == auditor }
        guard let account else {
            // The same as for somebody with another role: heads do not learn who else has an account.
            throw SchoolError(
                .grantUnfit,
                "no auditor at this school is called \(auditor): an operator gives that role"
            )
        }
        guard let ends = LondonTime.instant(until.day) else { throw ValidationError("--until is no day.") }
        let note = try session.actor().note(reason)
        var (events, conditions): ([NewEvent], [StreamCondition]) = ([], [])
        var grants: [ReadingGrant] = []
        let known = try session.state.read { try $0.readingGrants(of: account.id) }
        for (base, people) in Dictionary(grouping: people, by: \.base).sorted(by: { $0.key < $1.key }) {
            let grant = ReadingGrant(
                id: session.draw(),
                account: account.id,
                base: base,
                subjects: Set(people.map(\.id)),
                ends: ends
            )
            let decision = try ReadingGrantRules.give(
                grant,
                to: account,
                beside: known,
                by: session.principal?.account,
                note: note,
                at: session.now
            )
            guard !decision.isUnchanged else {
                try session.tell(decision)
                if let same = known.first(where: { $0.opensAll(of: grant) && $0.holds(at: session.now) }) {
                    let key = try session.baseKeys()[base]
                    try session.console.say(same.json(auditor: auditor, base: key, at: session.now))
                }
                continue
            }
            events += decision.events
            conditions = decision.conditions
            grants.append(grant)
        }
        guard !events.isEmpty else { return }
        try session.append(events, conditions: conditions)
        let keys = try session.baseKeys()
        for grant in grants {
            try session.console.say(grant.json(auditor: auditor, base: keys[grant.base], at: session.now))
            try session.console.say(
                "The auditor \(auditor) may open the records of \(Counts.of(grant.subjects.count, "person", "people")) at "
                    + "\(keys[grant.base] ?? "-") until \(LondonTime.text(grant.ends)): grant \(grant.id.hex)."
            )
        }
    }
}

extension ReadingGrant {
    /// Whether it holds, in a word.
    func word(at now: Timestamp) -> String { isWithdrawn ? "withdrawn" : holds(at: now) ? "holds" : "ended" }

    /// The grant for machines: ids alone, so that it opens nothing.
    func json(auditor: String, base: String?, at now: Timestamp) -> JSON {
        [
            "grant": .string(id.hex), "auditor": .string(auditor), "base": JSON(base),
            "subjects": .array(subjects.sorted().map { .string($0.hex) }), "ends": .string(LondonTime.iso(ends)),
            "state": .string(word(at: now)),
        ]
    }
}
