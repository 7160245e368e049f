import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Lists the runs of imports.
struct ImportList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what was imported: when, from where, what it changed, and whether it was undone.",
        discussion: """
            A run's number is the position at which it stands in the log; `syncd import undo` takes it.

            Example: syncd import list --store school
            Example: syncd import list --store school --source 0012001 --json
            """
    )

    @Option(help: ArgumentHelp("Only runs of this source.", valueName: "name"))
    var source: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let runs = try ImportedRun.within(session).filter { source == nil || $0.source == source }
        for run in runs { try session.console.say(run.json) }
        guard !runs.isEmpty else { return try session.console.say("Nothing has been imported yet.") }
        var table = TextTable(
            "#Run",
            "Started",
            "Source",
            "Format",
            "Mode",
            "#New",
            "#Changed",
            "#Gone",
            "#Parked",
            "State",
            "Undone"
        )
        for run in runs {
            let counts = run.run.counts
            table.add(
                run.number,
                LondonTime.text(run.run.started),
                run.source,
                run.run.format,
                run.run.isFull ? "full" : "delta",
                Counts.grouped(counts.reduce(0) { $0 + $1.added }),
                Counts.grouped(counts.reduce(0) { $0 + $1.changed }),
                Counts.grouped(counts.reduce(0) { $0 + $1.gone }),
                Counts.grouped(run.run.parked),
                run.state.words,
                run.undoneWords
            )
        }
        try session.console.say(table.text)
    }
}

/// A run of an import, with its source's name and its undo.
struct ImportedRun {
    /// Where a run stands.
    enum State: String {
        case complete
        case interrupted
        case undone
        case undoInterrupted

        var words: String {
            switch self {
            case .complete: "complete"
            case .interrupted: "interrupted: import the same files again"
            case .undone: "undone"
            case .undoInterrupted: "undo interrupted: run it again"
            }
        }
    }

    let run: ImportRun
    let source: String
    let undone: UndoneImport?

    /// The run's number, as people type it.
    var number: String { String(run.startedAt.rawValue) }

    var state: State {
        if let undone { return undone.isComplete ? .undone : .undoInterrupted }
        return run.isComplete ? .complete : .interrupted
    }

    /// When it was undone and what was left, for people.
    var undoneWords: String {
        guard let undone, undone.isComplete else { return "-" }
        let left = undone.counts.reduce(0) { $0 + $1.left }
        return "by \(undone.completedAt), \(LondonTime.text(undone.completed))"
            + (left == 0 ? "" : ", \(Counts.grouped(left)) left as they are")
    }

    /// Every run of the store, in the order of their numbers.
    static func all(in session: Session) throws -> [ImportedRun] {
        try session.state.read { snapshot in
            let sources = try snapshot.sources()
            var undone: [RunID: UndoneImport] = [:]
            for source in sources {
                for item in try snapshot.undoneImports(of: source.id) { undone[item.run] = item }
            }
            let names = Dictionary(uniqueKeysWithValues: sources.map { ($0.id, $0.name) })
            return try snapshot.importRuns().map {
                ImportedRun(run: $0, source: names[$0.source] ?? $0.source.hex, undone: undone[$0.id])
            }
        }
    }

    /// The runs of sources that told of schools within reach alone.
    static func within(_ session: Session) throws -> [ImportedRun] {
        try all(in: session).filter { try session.reaches(source: $0.run.source) }
    }

    /// The run for machines.
    var json: JSON {
        [
            "run": JSON(run.startedAt.rawValue), "id": .string(run.id.hex), "source": .string(source),
            "format": .string(run.format), "mode": .string(run.isFull ? "full" : "delta"),
            "state": .string(state.rawValue), "started": .string(LondonTime.iso(run.started)),
            "completed": run.isComplete ? .string(LondonTime.iso(run.completed)) : .null,
            "position": run.isComplete ? JSON(run.completedAt.rawValue) : .null,
            "entities": .object(
                run.counts.map { count in
                    JSON.Member(
                        name: EntityKind(rawValue: count.kind)?.name
                            ?? ReferenceList(kindNumber: count.kind)?.kindName ?? "kind \(count.kind)",
                        value: [
                            "new": JSON(count.added), "changed": JSON(count.changed),
                            "unchanged": JSON(count.unchanged), "gone": JSON(count.gone), "held": JSON(count.held),
                        ]
                    )
                }
            ),
            "appended": JSON(run.appended), "issues": JSON(run.issues), "parked": JSON(run.parked),
            "undone": undone.map(Self.json) ?? .null,
        ]
    }

    private static func json(_ undone: UndoneImport) -> JSON {
        [
            "id": .string(undone.undo.hex),
            "position": undone.isComplete ? JSON(undone.completedAt.rawValue) : .null,
            "completed": undone.isComplete ? .string(LondonTime.iso(undone.completed)) : .null,
            "appended": JSON(undone.appended), "left": JSON(undone.counts.reduce(0) { $0 + $1.left }),
        ]
    }
}
