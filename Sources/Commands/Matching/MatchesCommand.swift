import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Who of another source is whom of the school's own pupils.
struct MatchesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matches",
        abstract: "Pupils of whom an authority tells: who they are here, who waits, and linking them by hand.",
        discussion: """
            A file from the authority is matched when it is taken in: by UPN and three of birth date, family name, given \
            name and sex; else by all four; never by UPN alone. Whoever fits nobody, or more than one, waits.

            Example: syncd matches list --store school
            """,
        subcommands: [MatchesList.self, MatchesShow.self, MatchesMatch.self, MatchesUnmatch.self, MatchesFind.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Lists matches and who waits; ids alone.
struct MatchesList: PastCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List who is matched with whom and by what, and who waits, with those it may be; ids alone.",
        discussion: "Example: syncd matches list --waiting --store school"
    )

    @OptionGroup
    var options: InboundOptions

    @Flag(help: "Only those who wait.")
    var waiting = false

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func show(in session: Session) throws {
        let withholding = Withholding(session)
        var table = TextTable("Source", "Theirs", "Ours", "By")
        var count = 0
        for inbound in try session.inbound(source: options.source, base: options.base) {
            let all = try session.state.read { snapshot in
                let own = try OwnPupils(of: inbound.base.id, but: inbound.source, in: snapshot)
                let open = try inbound.waiting(snapshot).map { ($0, try inbound.candidates(of: $0, own, snapshot)) }
                return (links: try inbound.links(snapshot), open: open)
            }
            // A match says at which school a child is.
            let school = inbound.base.id
            let links = try all.links.filter { try !withholding.hides([$0.theirs, $0.ours], at: school) }
            let open = try all.open.filter { try !withholding.hides([$0.0] + $0.1, at: school) }
            for link in waiting ? [] : links {
                count += 1
                try session.console.say([
                    "source": .string(inbound.sourceName), "theirs": .string(link.theirs.hex),
                    "ours": .string(link.ours.hex), "state": "matched", "by": .string(String(describing: link.ground)),
                    "candidates": .array([]),
                ])
                table.add(inbound.sourceName, link.theirs.hex, link.ours.hex, link.ground.words)
            }
            for (theirs, candidates) in open {
                count += 1
                try session.console.say([
                    "source": .string(inbound.sourceName), "theirs": .string(theirs.hex), "ours": .null,
                    "state": "waiting", "by": .null, "candidates": .array(candidates.map { .string($0.hex) }),
                ])
                let who = candidates.isEmpty ? "nobody fits" : "may be " + candidates.map(\.hex).joined(separator: ", ")
                table.add(inbound.sourceName, theirs.hex, "-", "waits: \(who)")
            }
        }
        try session.console.say(count == 0 ? "Nobody." : table.text)
    }
}

/// Shows somebody who waits beside those whom it may be.
struct MatchesShow: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a pupil of another source beside the match, or those whom it may be.",
        discussion: """
            This opens personal data: who asked, and why, is written in the log.

            Example: syncd matches show 0f1e… --reason "Matching" --store school
            """
    )

    @OptionGroup
    var options: TheirsOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let (inbound, theirs) = try options.find(in: session)
        let others = try session.state.read { snapshot in
            if let link = try inbound.link(of: theirs, snapshot) { return [link.ours] }
            let own = try OwnPupils(of: inbound.base.id, but: inbound.source, in: snapshot)
            return try inbound.candidates(of: theirs, own, snapshot)
        }
        try session.recordReading("matches show", of: [theirs] + others, reason: options.reason)
        var table = TextTable("Whose", "Id", "UPN", "Surname", "Forename", "Born", "Sex")
        for id in [theirs] + others {
            let row = try session.state.read { try $0.group(.basicDetails, of: id)?.content?.rows.first } ?? FieldRow()
            let whose = id == theirs ? "theirs" : "ours"
            let fields: [Field] = [.upn, .surname, .forename, .birthDate, .sex]
            try session.console.say(
                .object(
                    [.init(name: "whose", value: .string(whose)), .init(name: "id", value: .string(id.hex))]
                        + fields.map { .init(name: $0.name, value: row[$0].map(JSON.string) ?? .null) }
                )
            )
            table.add(
                whose,
                id.hex,
                row[.upn] ?? "-",
                row[.surname] ?? "-",
                row[.forename] ?? "-",
                row[.birthDate].map(LondonTime.date) ?? "-",
                row[.sex] ?? "-"
            )
        }
        try session.console.say(table.text)
    }
}

/// Links by hand.
struct MatchesMatch: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Say that a pupil of another source is one of the school's own: linked, never merged.",
        discussion: """
            It can be taken back with `syncd matches unmatch`.

            Example: syncd matches match 0f1e… --with A123456789012 --reason "Called the authority" --store school
            """
    )

    @OptionGroup
    var options: TheirsOptions

    @Option(help: ArgumentHelp("The school's own pupil: UPN, MIS key or id.", valueName: "pupil"))
    var with: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let (inbound, theirs) = try options.find(in: session)
        let ours = try SubjectSearch(session: session, base: inbound.base.id).one(with)
        guard ours.kind == .pupil, ours.source != inbound.source, ours.base == inbound.base.id else {
            throw CommandError(
                .subjectUnknown,
                "This is no pupil of \(inbound.base.key) as the school's own MIS tells."
            )
        }
        let others = try session.state.read { snapshot in
            try snapshot.linked(to: ours.id).filter { try snapshot.entity($0)?.source == inbound.source }
        }
        if let other = others.first(where: { $0 != theirs }) {
            throw CommandError(
                .alreadyMatched,
                "\(ours.id.hex) is matched with \(other.hex) of the same source: take that back first with "
                    + "`syncd matches unmatch`."
            )
        }
        let note = try session.actor().note(options.reason)
        try session.append([
            MatchingEvents.matched(theirs, ours.id, by: .person, at: inbound.base.id, note: note)
        ])
        let outcome = try inbound.settle(theirs)
        try session.console.say(outcome.json)
        try session.console.say("Matched \(theirs.hex) with \(ours.id.hex). \(outcome.text)")
    }
}

/// Takes a link back.
struct MatchesUnmatch: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmatch",
        abstract: "Take a match back: these two are matched by nobody but a person again.",
        discussion: """
            What was taken in meanwhile stays; the school's own MIS sets it right with its next export.

            Example: syncd matches unmatch 0f1e… --reason "A cousin of the same name" --store school
            """
    )

    @OptionGroup
    var options: TheirsOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let (inbound, theirs) = try options.find(in: session)
        guard let link = try session.state.read({ try inbound.link(of: theirs, $0) }) else {
            throw CommandError(
                .subjectUnknown,
                "\(theirs.hex) is matched with nobody: `syncd matches list` shows who is."
            )
        }
        let note = try session.actor().note(options.reason)
        try session.append([MatchingEvents.unmatched(theirs, link.ours, at: inbound.base.id, note: note)])
        try session.console.say(["theirs": .string(theirs.hex), "ours": .string(link.ours.hex), "state": "waiting"])
        try session.console.say("Taken back: \(theirs.hex) waits for a match again.")
    }
}

/// Matches whoever can be.
struct MatchesFind: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Match whoever can be, of what authorities have sent or of any two sources.",
        discussion: """
            What an import from an authority does by itself. An authority's own database and a school's files, or two \
            schools' after a move, are matched with --source and --base.

            Example: syncd matches find --source 0012001 --base 0022001 --store council
            """
    )

    @OptionGroup
    var options: InboundOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    var goesBesideDeliveries: Bool { true }

    func run(in session: Session) throws {
        let sources = try session.inbound(source: options.source, base: options.base)
        if sources.isEmpty { try session.console.say("No authority has sent anything: there is nobody to match.") }
        for inbound in sources {
            let outcome = try inbound.settle()
            try session.console.say(outcome.json)
            try session.console.say("\(inbound.sourceName): \(outcome.text)")
        }
    }
}
