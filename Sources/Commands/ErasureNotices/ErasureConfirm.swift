import ArgumentParser
import Connectors
import EventLog
import Identifiers
import Projections
import School

/// Records what a recipient answered to a notice of erasure.
struct ErasureConfirm: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Record what a recipient answered: it has erased the data, or keeps them and why.",
        discussion: """
            Name the people by the recipient's own ids, or a whole order, or take in the recipient's answer as a file \
            (schemas/exchange/erasure-answers.md). Grounds for keeping: statutory, claim, safeguarding, archive, other.

            Example: syncd erasure confirm --recipient LA --order 5f3c… --erased --store school
            Example: syncd erasure confirm --recipient LA --kept statutory --until 31/08/2030 --reason "Duty of the LA" \
            0f1e… --store school
            Example: syncd erasure confirm --recipient LA --file answers.csv --store school
            """
    )

    @Argument(help: "The recipient's ids of people, as `erasure list` has them.")
    var ids: [String] = []

    @Option(help: ArgumentHelp("Who answered.", valueName: "name"))
    var recipient: String

    @Option(help: ArgumentHelp("Everybody of this order.", valueName: "order"))
    var order: String?

    @Option(help: "The recipient's answer as a file.", completion: .file())
    var file: InputPath?

    @Flag(help: "It has erased the data.")
    var erased = false

    @Option(help: ArgumentHelp("It keeps the data, for this ground.", valueName: "ground"))
    var kept: String?

    @Option(help: ArgumentHelp("Until when it keeps them.", valueName: "date"))
    var until: String?

    @Option(help: "What else it wrote; written in the log, sealed.")
    var reason: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard [!ids.isEmpty, order != nil, file != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Name the recipient's ids, or give --order, or --file.")
        }
        guard file == nil || (!erased && kept == nil && until == nil) else {
            throw ValidationError("With --file the answers stand in the file.")
        }
        guard file != nil || erased != (kept != nil) else {
            throw ValidationError("Say what it answered: --erased, or --kept GROUND.")
        }
        guard until == nil || kept != nil else { throw ValidationError("--until goes with --kept.") }
        if let until, LondonTime.instant(until) == nil {
            throw ValidationError("--until needs a day, such as 31/08/2030.")
        }
        if let kept, ErasureNotice.Ground(rawValue: kept) == nil {
            throw ValidationError("--kept takes statutory, claim, safeguarding, archive or other.")
        }
        if kept == ErasureNotice.Ground.other.rawValue, reason == nil {
            throw ValidationError("--kept other needs --reason.")
        }
    }

    func run(in session: Session) throws {
        let recipient = try session.recipient(recipient)
        let book = try NoticeBook(session).lines.filter { $0.row.recipient == recipient.id }
        let answers = try file.map { try ErasureAnswers(path: $0.path).answers } ?? given(book, session)
        var events: [NewEvent] = []
        var unknown: [String] = []
        let note = try session.actor().note(reason ?? "Answered by the recipient")
        for (answer, ids) in Dictionary(grouping: answers, by: \.answer).mapValues({ $0.map(\.recipientID) }) {
            let named = Set(ids)
            let lines = book.filter { line in
                named.contains(line.recipientID) && (order ?? line.row.order.hex) == line.row.order.hex
            }
            unknown += named.subtracting(lines.map(\.recipientID)).sorted()
            for (place, lines) in Dictionary(grouping: lines, by: { [$0.row.order.hex, $0.row.base.hex] })
            where !lines.isEmpty {
                _ = place
                events.append(
                    ErasureEvents.answered(
                        lines[0].row.order,
                        by: recipient.id,
                        on: lines.map(\.row.subject),
                        ground: answer.ground,
                        until: answer.until,
                        at: lines[0].row.base,
                        note: note
                    )
                )
            }
        }
        guard unknown.isEmpty else {
            throw CommandError(
                .subjectUnknown,
                "\(Counts.of(unknown.count, "id")) of nobody of whom \(recipient.name) was to erase anything, the first "
                    + "\(unknown[0]): nothing was recorded. `syncd erasure list --recipient \(recipient.name)` shows them."
            )
        }
        guard !events.isEmpty else {
            throw CommandError(
                .orderUnknown,
                "Nothing of this order was to be erased by \(recipient.name): `syncd erasure list` shows what was."
            )
        }
        try session.append(events)
        let now = try NoticeBook(session).lines.filter { $0.row.recipient == recipient.id }
        let open = now.count { [.owed, .notified, .unanswered].contains($0.state) }
        try session.console.say(["recorded": JSON(answers.count), "open": JSON(open)])
        try session.console.say(
            "Recorded for \(Counts.of(answers.count, "person", "people")); "
                + (open == 0 ? "\(recipient.name) has answered everything." : "\(Counts.of(open, "answer")) to come.")
        )
    }

    /// What the options say.
    private func given(_ book: [NoticeBook.Line], _ session: Session) throws -> [ErasureAnswers.Line] {
        var day: CalendarDate?
        if let until {
            day = LondonTime.instant(until).flatMap { CalendarDate(iso: LondonTime.day($0)) }
            guard let day, try day >= session.today() else {
                throw ValidationError(
                    "--until \(until) has passed: what is kept no longer is --erased."
                )
            }
        }
        let answer = ErasureAnswers.Answer(ground: kept.flatMap(ErasureNotice.Ground.init(rawValue:)), until: day)
        let named = order.map { order in book.filter { $0.row.order.hex == order }.map(\.recipientID) } ?? ids
        return Set(named).sorted().map { ErasureAnswers.Line(recipientID: $0, answer: answer) }
    }
}
