import ArgumentParser
import EventLog
import Identifiers
import Import
import Projections
import School

/// Takes in what the MIS exports.
struct ImportCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Take in a folder of exports: what is new, changed or gone becomes events.",
        discussion: """
            A full export is compared with what is known: what is missing in it is gone. If more than 10% and more \
            than 10 of one kind would go, those removals are held until --allow-removals names a number. Rows that \
            cannot be taken in are told and parked; the rest goes in. Importing the same files again appends nothing.

            Example: syncd import --store school --format syncd-csv --full --register out/days/day-01
            The public lists of Get Information about Schools (gias-links, gias-establishments) are one file each, \
            plain or gzip. Registered schools that one of them tells to have a new number get it, and it is said.

            Example: syncd import --store school --format sds-csv --full --date-order mdy exports/2016-11-03
            Example: syncd import --store council --format ctf --delta inbox/8201079_CES_820LLLL_005.xml
            Example: syncd import --store school --format oneroster --delta roster.zip
            Example: syncd import --store school --format gias-links --full links_edubasealldata20250422.csv.gz
            """
    )

    @Option(
        help: ArgumentHelp(
            "The format of the files: sds-csv, syncd-csv, oneroster, ctf (a Common Transfer File), gias-links or "
                + "gias-establishments."
        )
    )
    var format: ImportFormat

    @Argument(
        help: "The folder with the files, a OneRoster zip archive, or the file itself for ctf and the public lists.",
        completion: .file()
    )
    var path: InputPath

    @Flag(help: "The files tell everything, or only what changed.")
    var mode: Mode

    @Option(
        help: ArgumentHelp(
            "The MIS database that the files are from; by default the one base of syncd-csv and ctf, or the format's name.",
            valueName: "name"
        )
    )
    var source: String?

    @Option(help: ArgumentHelp("Only rows of this base.", valueName: "key"))
    var base: String?

    @Option(help: "The order of day, month and year in dates with slashes: dmy, mdy or ymd. It is never guessed.")
    var dateOrder: DateOrder?

    @Option(
        help: ArgumentHelp(
            "Who we are, as the file's DestSchool writes it; by default the DfE numbers of the store's schools, and for "
                + "an authority's store their LA codes with LLLL.",
            valueName: "code"
        )
    )
    var destination: String?
    @Flag(help: "Let pass what oneroster files can break without harm; each rule waived is told, with how often.")
    var lenient = false

    @Flag(help: "Register schools that the store does not know yet.")
    var register = false

    @Option(help: ArgumentHelp("Let up to this many of each kind go.", valueName: "number"))
    var allowRemovals: Int?

    @Option(
        help: ArgumentHelp("Let up to this many pupils be strangers to a source already known.", valueName: "number")
    )
    var allowStrangers: Int?

    @Flag(help: "Take pupils missing from a full export for leavers: for schools that export no leaving dates.")
    var absentMeansLeft = false

    @Flag(help: "Show what would happen, and append nothing.")
    var dryRun = false

    @Flag(help: "End with exit code 3 when rows were parked or removals held.")
    var strict = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    /// Full or delta, as flags.
    enum Mode: String, EnumerableFlag {
        case full
        case delta

        static func help(for value: Self) -> ArgumentHelp? {
            switch value {
            case .full: "The files tell everything: what is missing in them is gone."
            case .delta: "The files tell what changed, and nothing of the rest."
            }
        }
    }

    func validate() throws {
        guard allowRemovals ?? 0 >= 0, allowStrangers ?? 0 >= 0 else {
            throw ValidationError("--allow-removals and --allow-strangers take a number from 0.")
        }
        if format.list != nil {
            guard source == nil, base == nil, dateOrder == nil, destination == nil, !register, allowStrangers == nil,
                !absentMeansLeft
            else { throw ValidationError("A public list takes --full or --delta, --allow-removals and --dry-run.") }
        }
        if let files = format.files, dateOrder != nil, files != .sds {
            throw ValidationError("--date-order is for sds-csv: dates in \(files.rawValue) are yyyy-MM-dd.")
        }
        if destination != nil && format.files != .ctf {
            throw ValidationError("--destination is for ctf: other formats name no receiver.")
        }
        if lenient && format.files != .oneRoster { throw ValidationError("--lenient is for oneroster.") }
    }

    /// A public list can bring a school a new legal owner, which ends runs.
    var goesBesideDeliveries: Bool { format.files != nil }

    /// The schools that may be touched; with an authority's file also the base at which what it tells stands.
    private func reach(of files: ImportFiles, _ session: Session) throws -> Set<BaseID>? {
        guard let reach = session.reach, let sender = files.inbound?.sender else { return session.reach }
        let base = try session.state.read { try $0.base(forKey: sender)?.id }
        return base.map { reach.union([$0]) } ?? reach
    }

    func run(in session: Session) throws {
        let mode: ImportRequest.Mode = mode == .full ? .full : .delta
        guard let format = format.files else {
            guard let list = format.list else { return }
            // A public list may give any school another number.
            try session.require("import --register")
            let request = ReferenceImport.Request(mode: mode, allowedRemovals: allowRemovals, isDryRun: dryRun)
            let isClean = try ReferenceListImport(list, path: path.path, request).run(in: session)
            if strict && !isClean { throw ExitCode(3) }
            return
        }
        let files = try ImportFiles(
            format,
            path: path.path,
            mode: mode,
            dateOrder: dateOrder,
            lenient: lenient,
            asked: .init(source: source, base: base, destination: destination),
            in: session
        )
        if register { try session.require("import --register") }
        try session.requireSource(source ?? files.defaultSource)
        let request = ImportRequest(
            source: source,
            mode: mode,
            // What an authority tells stands at a base of the authority's own.
            base: files.inbound == nil ? base : nil,
            registersBases: register || files.inbound != nil,
            allowedRemovals: allowRemovals,
            allowedStrangers: allowStrangers ?? files.strangersAllowed,
            absentMeansLeft: absentMeansLeft,
            isDryRun: dryRun,
            formatSettings: files.settings
        )
        let console = session.console
        let runner = ImportRunner(
            store: LiveImportStore(log: session.log, state: session.state, reach: try reach(of: files, session)),
            actor: try dryRun ? .zero : session.actor().id,
            now: session.clock,
            scratchFolder: session.place.layout.temporary,
            batchEventsMax: session.testSettings.batchEvents,
            progress: { console.progress("Importing: \(Counts.of($0, "row")) read") }
        )
        let before = session.log.durableEnd
        let report = try runner.run(files.source, request, defaultSource: files.defaultSource)
        console.endProgress()
        try session.state.catchUp()
        var result = try ImportResult(
            report: report,
            format: format.rawValue,
            mode: mode,
            waived: files.waived,
            deletions: DeletionsOrdered.all(report.orders, in: session)
        )
        let inbound = dryRun ? nil : try files.inbound.flatMap { try session.inbound(source: $0.name).first?.settle() }
        result.inbound = inbound
        try console.say(result.json)
        try console.say(result.text)
        result.remarks.forEach(console.remark)
        if !dryRun, report.appended > 0 { takeBack(after: before, in: session) }
        if strict && (report.parked > 0 || report.hasHeldRemovals) { throw ExitCode(3) }
    }

    /// Makes files anew that lie with recipients and tell what is kept back since this import; what is in the way of that is
    /// told, and takes nothing back of the import.
    private func takeBack(after position: Position, in session: Session) {
        let files = ProtectedFiles(session: session)
        do {
            try files.takeBack(about: files.concerned(after: position))
        } catch {
            session.console.remark(
                "Files that still lie with recipients may tell what is kept back now, and could not be made anew: "
                    + "\(Failure(error).message). Give `syncd pupil protect` for the child once that is mended."
            )
        }
    }
}
