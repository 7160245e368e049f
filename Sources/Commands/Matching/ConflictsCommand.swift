import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Data that an authority tells otherwise than the school's own MIS.
struct ConflictsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflicts",
        abstract: "Data that an authority tells otherwise than the school: the rules, what waits, and deciding it.",
        discussion: """
            Each school has a rule for each data item: conflict (what holds if nothing is set: a difference waits), \
            always, if-null (taken in where the school has nothing, else it waits), never. Equal values clear themselves.

            Example: syncd conflicts list --store school
            """,
        subcommands: [
            ConflictsList.self, ConflictsShow.self, ConflictsAccept.self, ConflictsDiscard.self, ConflictsRule.self,
        ]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Lists what waits; ids and names of items alone.
struct ConflictsList: PastCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what an authority tells otherwise and nobody has decided; ids and names of items alone.",
        discussion: "Example: syncd conflicts list --store school"
    )

    @OptionGroup
    var options: InboundOptions

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func show(in session: Session) throws {
        var table = TextTable("Source", "Theirs", "Ours", "Item")
        var count = 0
        for inbound in try session.inbound(source: options.source, base: options.base) {
            let withholding = Withholding(session)
            for conflict in try session.state.read({ try inbound.conflicts($0) })
            where try !withholding.hides([conflict.link.theirs, conflict.link.ours], at: inbound.base.id) {
                count += 1
                try session.console.say([
                    "source": .string(inbound.sourceName), "theirs": .string(conflict.link.theirs.hex),
                    "ours": .string(conflict.link.ours.hex), "item": .string(conflict.item.name),
                    "toldAt": JSON(conflict.told.rawValue),
                ])
                table.add(
                    inbound.sourceName,
                    conflict.link.theirs.hex,
                    conflict.link.ours.hex,
                    conflict.item.name
                )
            }
        }
        try session.console.say(count == 0 ? "No conflict waits for anybody." : table.text)
    }
}

/// What every decision needs.
struct ConflictOptions: ParsableArguments {
    @OptionGroup
    var pupil: TheirsOptions

    @Option(
        help: ArgumentHelp("Only this item, as `conflicts list` has it; may be given several times.", valueName: "item")
    )
    var item: [String] = []

    /// The conflicts that are meant.
    func find(in session: Session) throws -> (Inbound, [Inbound.Conflict]) {
        let (inbound, theirs) = try pupil.find(in: session)
        let all = try session.state.read { try inbound.conflicts(of: theirs, $0) }
        let found = item.isEmpty ? all : all.filter { item.contains($0.item.name) }
        guard !found.isEmpty, item.isEmpty || found.count == Set(item).count else {
            throw CommandError(
                .conflictUnknown,
                "There is no such conflict of this pupil: `syncd conflicts list` shows what waits."
            )
        }
        return (inbound, found)
    }
}

/// Takes the other's values.
struct ConflictsAccept: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept",
        abstract: "Make what the authority tells the school's own.",
        discussion: """
            The school's MIS is not changed by it: change it there, too, or its next export tells the old value again. \
            Contacts are never made the school's here: who may know what of a child is settled in the MIS.

            Example: syncd conflicts accept 0f1e… --item basicDetails.surname --reason "Seen the passport" --store school
            """
    )

    @OptionGroup
    var options: ConflictOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let (inbound, all) = try options.find(in: session)
        let found = all.filter(\.item.canBeTaken)
        let left = all.filter { !$0.item.canBeTaken }.map(\.item.name)
        let advice =
            "Contacts become the school's in its MIS alone: put right there what is wrong, and the conflict clears itself; or "
            + "keep the school's with `syncd conflicts discard`."
        guard !found.isEmpty else { throw CommandError(.contactsOfMIS, advice) }
        let note = try session.actor().note(options.pupil.reason)
        let events = try session.state.read { try inbound.accepted(found, note: note, $0) }
        try session.append(events)
        try session.console.say(["accepted": .array(found.map { .string($0.item.name) })])
        try session.console.say(
            "Accepted: \(found.map(\.item.name).joined(separator: ", ")). Change it in the MIS, too."
        )
        if !left.isEmpty { session.console.remark(advice) }
    }
}

/// Keeps the school's values.
struct ConflictsDiscard: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Keep what the school has, until the authority tells something else.",
        discussion: "Example: syncd conflicts discard 0f1e… --reason \"Ours is newer\" --store school"
    )

    @OptionGroup
    var options: ConflictOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let (inbound, found) = try options.find(in: session)
        let note = try session.actor().note(options.pupil.reason)
        try session.append(
            found.map { conflict in
                MatchingEvents.resolved(
                    conflict.item,
                    of: conflict.link.theirs,
                    conflict.link.ours,
                    isAccepted: false,
                    told: conflict.told,
                    code: conflict.code,
                    at: inbound.base.id,
                    note: note
                )
            }
        )
        try session.console.say(["discarded": .array(found.map { .string($0.item.name) })])
        try session.console.say("Kept as the school has it: \(found.map(\.item.name).joined(separator: ", ")).")
    }
}

/// Shows or sets the rules of a school.
struct ConflictsRule: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rule",
        abstract: "Show the rules of a school, or set one.",
        discussion: """
            Items are groups, or fields of basicDetails and lookedAfter: basicDetails.preferredForename. A field's own rule \
            goes before its group's. Contacts wait (conflict) or are passed over (never). Attendance and school history are always taken in, beside the school's own.

            Example: syncd conflicts rule --base 8201001 characteristics if-null --store school
            """
    )

    @Option(help: ArgumentHelp("The school.", valueName: "key"))
    var base: String

    @Argument(help: "The item.")
    var item: String?

    @Argument(help: "conflict, always, if-null or never.")
    var rule: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (item == nil) == (rule == nil) else { throw ValidationError("Give an item and its rule, or neither.") }
        if let item, InboundItem(name: item) == nil {
            let groups = InboundItem.groups.map(\.name).joined(separator: ", ")
            throw ValidationError(
                "There is no item \(item). Groups: \(groups); or a field of basicDetails or lookedAfter."
            )
        }
        if let rule, InboundRule(word: rule) == nil {
            throw ValidationError("A rule is conflict, always, if-null or never.")
        }
        if let item = item.flatMap(InboundItem.init(name:)), let rule = rule.flatMap(InboundRule.init(word:)),
            !item.rules.contains(rule)
        {
            throw ValidationError(
                "Contacts wait (conflict) or are passed over (never): they become the school's in its MIS alone."
            )
        }
    }

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let base = try session.base(base)
        if let item = item.flatMap(InboundItem.init(name:)), let rule = rule.flatMap(InboundRule.init(word:)) {
            try session.append([MatchingEvents.rule(rule, of: item, at: base.id)])
        }
        let rules = try session.state.read { try $0.inboundRules(at: base.id) }
        var table = TextTable("Item", "Rule")
        let items = Set(rules.keys).union(InboundItem.groups.map { InboundItem($0) })
        for item in items.sorted(by: { $0.name < $1.name }) {
            let rule = InboundComparison.rule(of: item, rules)
            try session.console.say(["item": .string(item.name), "rule": .string(rule.word)])
            table.add(item.name, rule.word)
        }
        try session.console.say(table.text)
    }
}
