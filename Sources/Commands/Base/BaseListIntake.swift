import Connectors
import EventLog
import Identifiers
import Projections
import School

/// Registers the schools of a list, and tells what became of each line.
struct BaseListIntake {
    /// The list.
    let file: String
    /// How it is to be taken in.
    let options: BaseListOptions

    /// Events of one batch: hundreds of schools share a sync, and a batch fits in memory many times over.
    private static let batchEventsMax = 2_000
    /// How many issues are told one by one to people; machines get all.
    private static let issuesShown = 20

    /// What became of the lines.
    private struct Tally {
        var added: [String] = []
        var filled: [String] = []
        var unchanged = 0
        var leftOut = 0
        var issues: [RowIssue] = []
        var appended = 0

        var parked: Int { issues.count { $0.effect == .parked } }
    }

    /// Takes the list in.
    ///
    /// A run that is cut off is finished by the same command: what it had registered is known then.
    ///
    /// - Returns: false when lines were parked.
    func run(in session: Session) throws -> Bool {
        let console = session.console
        let list = try BaseListFile(path: file)
        if options.openOnly, !list.tellsStatus {
            throw CommandError(
                .listLacksColumn,
                "\(list.file) does not say which schools are open: leave --open-only out, or bring the public list with "
                    + "its column EstablishmentStatus."
            )
        }
        if options.keyColumn != nil, !list.isPublicList {
            throw CommandError(
                .listLacksColumn,
                "\(list.file) has its own column key: leave --key out, which is for the public list."
            )
        }
        let read = try list.read(key: options.keyColumn ?? .laestab) { rows in
            console.progress("Reading: \(Counts.of(rows, "row"))")
        }
        var tally = Tally()
        tally.issues = read.issues
        try take(read.lines, of: list, &tally, in: session)
        console.endProgress()
        try tell(tally, list, in: session)
        return tally.parked == 0
    }

    private func take(_ lines: [BaseListFile.Line], of list: BaseListFile, _ tally: inout Tally, in session: Session)
        throws
    {
        var intake = BaseIntake()
        for base in try session.state.read({ try $0.bases() }) {
            intake.know(base.id, key: base.key, laestab: base.laestab, urn: base.urn, name: base.name)
        }
        var waiting: [NewEvent] = []
        for (index, line) in lines.enumerated() {
            guard isWanted(line) else {
                tally.leftOut += 1
                continue
            }
            guard !line.school.key.isEmpty else {
                park(line, "EstablishmentNumber", "has no DfE number to be its key: use --key urn", list, &tally)
                continue
            }
            switch intake.take(line.school, as: session.draw()) {
            case .added(let events):
                tally.added.append(line.school.key)
                waiting += events
            case .filled(let events, let base):
                tally.filled.append(base)
                waiting += events
            case .unchanged: tally.unchanged += 1
            case .refused(let field, let reason): park(line, field, reason, list, &tally)
            }
            if waiting.count >= Self.batchEventsMax {
                try append(&waiting, &tally, in: session)
                session.console.progress("Registering: \(index + 1) of \(Counts.of(lines.count, "row"))")
            }
        }
        try append(&waiting, &tally, in: session)
    }

    private func isWanted(_ line: BaseListFile.Line) -> Bool {
        (options.la.isEmpty || options.la.contains(line.authority)) && (!options.openOnly || line.isOpen == true)
    }

    private func park(
        _ line: BaseListFile.Line,
        _ field: String,
        _ reason: String,
        _ list: BaseListFile,
        _ tally: inout Tally
    ) {
        tally.issues.append(
            RowIssue(file: list.file, line: line.line, field: field, reason: reason, effect: .parked)
        )
    }

    private func append(_ waiting: inout [NewEvent], _ tally: inout Tally, in session: Session) throws {
        tally.appended += waiting.count
        if !options.dryRun, !waiting.isEmpty { try session.append(waiting) }
        waiting = []
    }

    private func tell(_ tally: Tally, _ list: BaseListFile, in session: Session) throws {
        let console = session.console
        try console.say([
            "file": .string(list.file), "dryRun": .bool(options.dryRun), "added": .array(tally.added.map(JSON.string)),
            "filled": .array(tally.filled.map(JSON.string)), "unchanged": JSON(tally.unchanged),
            "leftOut": JSON(tally.leftOut), "parked": JSON(tally.parked),
            "appended": JSON(options.dryRun ? 0 : tally.appended), "issues": .array(tally.issues.map(\.json)),
        ])
        var table = TextTable("List", "#Added", "#Filled in", "#Unchanged", "#Left out", "#Parked")
        table.add(
            list.file,
            Counts.grouped(tally.added.count),
            Counts.grouped(tally.filled.count),
            Counts.grouped(tally.unchanged),
            Counts.grouped(tally.leftOut),
            Counts.grouped(tally.parked)
        )
        try console.say(table.text)
        if options.dryRun { try console.say("Dry run: nothing was appended.") }
        tally.issues.prefix(Self.issuesShown).forEach { console.remark($0.text) }
        if tally.issues.count > Self.issuesShown {
            console.remark(
                "… and \(Counts.of(tally.issues.count - Self.issuesShown, "more issue", "more issues")): --json tells "
                    + "them all."
            )
        }
    }
}

extension CommandError.Code {
    /// A list has not the column that an option needs.
    static let listLacksColumn = Self(rawValue: "listLacksColumn")
}
