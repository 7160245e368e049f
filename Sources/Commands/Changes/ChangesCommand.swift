import ArgumentParser
import EventLog
import Identifiers
import Projections
import School
import Transfer

/// Shows what changed since a cursor.
struct ChangesCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes",
        abstract: "Show what changed since a cursor: the net of it, each thing once, and what is gone and why.",
        discussion: """
            Each answer ends with the cursor for the next one; keep it when you have dealt with the answer, and ask again \
            for the same: a cursor is refused with another consumer, school, class or field. Without --since everything \
            that there is comes first.

            Without --open no personal data is printed: ids, data groups and positions. Opening keys and values needs a \
            reason and is itself an event.

            Example: syncd changes --store school --base 8201001 --class address --json
            Example: syncd changes --store school --since CURSOR --open --reason "Match with the library system" --json
            """
    )

    @Option(help: ArgumentHelp("The cursor that the last answer ended with.", valueName: "cursor"))
    var since: String?

    @Option(help: ArgumentHelp("Only this school.", valueName: "key"))
    var base: String?

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp("Only this data group, such as address; may be repeated.", valueName: "name")
    )
    var classes: [DataGroupName] = []

    @Option(
        name: .customLong("field"),
        help: ArgumentHelp("Only this field, such as upn; may be repeated.", valueName: "name")
    )
    var fields: [FieldName] = []

    @Option(help: ArgumentHelp("Only what this report grants, if its head has accepted it.", valueName: "name"))
    var report: String?

    @Option(
        help: ArgumentHelp(
            "Only pupils of this cohort: ncy:1,2, ncy:all or lac. Whoever leaves it is told as outOfReach.",
            valueName: "cohort"
        )
    )
    var cohort: CohortArgument?

    @Option(help: ArgumentHelp("For whom you ask; each has cursors of its own.", valueName: "name"))
    var consumer = ""

    @Option(help: ArgumentHelp("How many changes at most.", valueName: "number"))
    var limit = 500

    @Flag(help: "Only say the cursor at which the log stands now.")
    var fromNow = false

    @Flag(help: "Print keys and values, too; needs --reason, and is written down.")
    var open = false

    @Option(help: "Why it is opened; written in the log.")
    var reason: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (1...ChangeFeed.limitMax).contains(limit) else {
            throw ValidationError("--limit goes from 1 to \(ChangeFeed.limitMax).")
        }
        if report != nil && base == nil {
            throw ValidationError("--report goes with --base: heads accept for a school.")
        }
        if report != nil && open {
            throw ValidationError("--report tells ids alone: values leave a school by `syncd task run`.")
        }
        if fromNow && since != nil { throw ValidationError("--from-now goes without --since.") }
        if open { try ReadingReason.check(reason ?? "") }
        if reason != nil && !open { throw ValidationError("--reason goes with --open.") }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        if open { try session.require("changes --open") }
        let selection = FeedSelection(
            consumer: consumer,
            base: try session.baseInReach(base),
            classes: Set(classes.map(\.group)),
            fields: Set(fields.map(\.field)),
            report: report,
            cohort: cohort?.cohort
        )
        let feed = ChangeFeed(state: session.state, log: session.log)
        if fromNow {
            let cursor = try feed.end(of: selection).text
            try session.console.say(["next": .string(cursor)])
            return try session.console.say("Cursor: \(cursor)")
        }
        var page = try feed.page(since: since.map { try ChangeCursor($0) }, selection, limit: limit)
        let withholding = Withholding(session)
        if let base = selection.base, !session.seesRestricted(at: base) {
            // That a child is in the answer for a school says that the child is there.
            try page.lines.removeAll { try withholding.protection(of: $0.entity).isRestricted }
        }
        let opened = page.lines.filter { open && session.opens($0.entity, at: $0.base) }.map(\.entity)
        if !opened.isEmpty || (open && !session.opensEverybody) {
            try session.recordReading("changes", page.lower.next...page.upper, of: opened, reason: reason ?? "")
        }
        var hidden: Set<SubjectID> = []
        for index in page.lines.indices {
            let line = page.lines[index]
            let protection = try withholding.protection(of: line.entity)
            if protection.isRestricted {
                hidden.insert(line.entity)
                page.lines[index].sourceKey = try line.sourceKey.map {
                    try withholding.key($0, of: line.kind, of: line.entity)
                }
            }
            guard open else { continue }
            // The number goes with the name that an adopted child had.
            if protection.isAdopted { page.lines[index].keyChanges = [] }
            page.lines[index].groups = try line.groups.map {
                GroupContent($0.group, try withholding.shown($0.rows, of: $0.group, of: line.entity))
            }
        }
        let view = ChangesView(
            page: page,
            keys: try session.baseKeys(),
            isOpen: open,
            opened: Set(opened),
            hidden: hidden
        )
        try session.console.say(view.json)
        try session.console.say(view.text)
    }
}

/// The name of a data group as an option takes it.
struct DataGroupName: ExpressibleByArgument {
    var group: DataGroup

    init?(argument: String) {
        guard let group = DataGroup.allCases.first(where: { $0.name == argument }) else { return nil }
        self.group = group
    }

    static var allValueStrings: [String] { DataGroup.allCases.map(\.name) }
}

/// A cohort as `changes` takes it.
struct CohortArgument: ExpressibleByArgument {
    var cohort: Cohort

    init?(argument: String) {
        guard let cohort = try? Cohort(argument), cohort != .leavers else { return nil }
        self.cohort = cohort
    }
}

/// The name of a field as an option takes it.
struct FieldName: ExpressibleByArgument {
    var field: Field

    init?(argument: String) {
        guard let field = Field.allCases.first(where: { $0.name == argument }) else { return nil }
        self.field = field
    }
}
