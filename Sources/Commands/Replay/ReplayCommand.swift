import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Prints what stands in the log.
struct ReplayCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Print the events of the log, or make the file of a past run again and compare it.",
        discussion: """
            Without --open no personal data is printed: what is sealed shows as its class, key and length. Opening it \
            needs a reason and is itself an event.

            Example: syncd replay --store school --type ImportCompleted --format jsonl
            Example: syncd replay --store school --from 120 --to 130 --open --reason "Query of a parent, ref 81"
            Example: syncd replay --store school --run 1043

            An auditor opens the parts of those whom a grant names (`syncd grant list`); all others stay closed.
            """
    )

    /// How events are printed.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// A line for people.
        case text
        /// An object a line, for machines.
        case jsonl
    }

    @Option(help: ArgumentHelp("The first position.", valueName: "position"))
    var from: UInt64?

    @Option(help: ArgumentHelp("The last position.", valueName: "position"))
    var to: UInt64?

    @Option(help: ArgumentHelp("Only events of this base.", valueName: "key"))
    var base: String?

    @Option(help: ArgumentHelp("Only events of this type, such as PupilGroupChanged.", valueName: "name"))
    var type: EventTypeName?

    @Option(help: ArgumentHelp("Only events of this stream.", valueName: "hex"))
    var stream: HexID<Kinds.Stream>?

    @Option(help: "text for people, jsonl for machines.")
    var format: Format?

    @Flag(help: "Open what is sealed; needs --reason, and is written down.")
    var open = false

    @Option(help: "Why it is opened.")
    var reason: String?

    @Option(
        help: ArgumentHelp(
            "Make the file of this run again from the log, and compare it with what left.",
            valueName: "number"
        )
    )
    var run: UInt64?

    @Option(
        help: ArgumentHelp("Keep the file that --run makes in this folder.", valueName: "folder"),
        completion: .directory
    )
    var into: InputPath?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if open && (reason ?? "").allSatisfy(\.isWhitespace) {
            throw ValidationError("--open needs --reason with the reason in words.")
        }
        if reason != nil && !open && run == nil { throw ValidationError("--reason goes with --open or --run.") }
        if let from, let to, from > to { throw ValidationError("--from must not be after --to.") }
        if from == 0 || to == 0 { throw ValidationError("Positions begin at 1.") }
        guard run != nil else {
            if into != nil { throw ValidationError("--into goes with --run.") }
            return
        }
        guard from == nil, to == nil, base == nil, type == nil, stream == nil, format == nil, !open else {
            throw ValidationError("--run goes alone, or with --into and --reason.")
        }
        guard (into == nil) == (reason ?? "").allSatisfy(\.isWhitespace) else {
            throw ValidationError("--into writes personal data: it goes with --reason, and --reason with it.")
        }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        if let run {
            if into != nil { try session.require("replay --open") }
            try session.requireRun(Position(run))
            try RunReplay(number: run, folder: into, reason: reason ?? "").perform(in: session)
            return
        }
        let end = session.log.durableEnd
        let last = min(end, to.map { Position($0) } ?? end)
        let first = Position(from ?? 1)
        guard first <= last else {
            guard let from, from > end.rawValue else { return }
            throw CommandError(
                .positionBeyondEnd,
                "The log ends at position \(end). Choose --from at or before it."
            )
        }
        if open { try session.require("replay --open") }
        let granted = try session.openable()
        if open { try session.recordReading("replay", first...last, of: granted, reason: reason ?? "") }
        let query = LogQuery(
            from: first,
            through: last,
            base: try base.map { try session.base($0).id },
            type: type.map { $0.type.number },
            stream: stream?.id,
            opensParts: open
        )
        let asJSON = format == .jsonl || (format == nil && global.json)
        let lines = try asJSON ? nil : EventLines(bases: session.baseKeys(), isUnderGrants: !session.opensEverybody)
        if let lines { try session.console.write(lines.header) }
        try session.log.read(query) { event in
            guard session.reaches(event.base) else { return true }
            if let lines {
                for line in try lines.lines(session.closing(event), opened: open) { try session.console.write(line) }
            } else {
                try session.console.write(try EventJSON.json(session.closing(event), opened: open).text)
            }
            return true
        }
    }
}

extension Session {
    /// Refuses a run of a school out of reach like one that is not there.
    fileprivate func requireRun(_ number: Position) throws {
        guard reach != nil else { return }
        let started = try state.read { snapshot in
            try bases().contains { base in
                var isThere = false
                try snapshot.taskRuns(at: base.id) { run in
                    isThere = run.startedAt == number
                    return !isThere
                }
                return isThere
            }
        }
        guard started else {
            throw CommandError(.runUnknown, "No run begins at \(number). `syncd task log` lists those that there are.")
        }
    }

    /// An event with nothing opened that no grant names, for an auditor who comes with grants.
    func closing(_ event: RecordedEvent) -> RecordedEvent {
        guard !opensEverybody else { return event }
        var event = event
        for index in event.parts.indices {
            let subject = event.parts[index].subject
            guard subject.map({ opens($0, at: event.base) }) != true else { continue }
            (event.parts[index].plaintext, event.parts[index].subject) = (nil, nil)
        }
        return event
    }
}

/// The name of an event type as an option takes it.
struct EventTypeName: ExpressibleByArgument {
    var type: EventType

    init?(argument: String) {
        guard let type = EventType.allCases.first(where: { $0.name == argument }) else { return nil }
        self.type = type
    }

    static var allValueStrings: [String] { EventType.allCases.map(\.name) }
}

/// An identifier in hex as an option takes it.
struct HexID<Kind>: ExpressibleByArgument {
    var id: Identifier<Kind>

    init?(argument: String) {
        guard let id = Identifier<Kind>(hex: argument) else { return nil }
        self.id = id
    }
}
