import ArgumentParser
import EventLog
import Events
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Erasures as others have to know of them: receipts, and who has confirmed.
struct ErasureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erasure",
        abstract: "Show receipts of erasures, and which recipients have erased the same.",
        discussion: "Example: syncd erasure list --store school",
        subcommands: [ErasureList.self, ErasureConfirm.self, ErasureReceipt.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Lists who has been asked to erase, and what came of it.
struct ErasureList: PastCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List recipients who had erased data: asked, erased, kept and why, or no answer in time.",
        discussion: """
            A recipient is asked by the next file of any task. It has 30 days to answer; what it answers is recorded with \
            `syncd erasure confirm`.

            Example: syncd erasure list --recipient LA --state unanswered --store school
            """
    )

    @Option(help: ArgumentHelp("Only this recipient.", valueName: "name"))
    var recipient: String?

    @Option(help: ArgumentHelp("Only these: owed, notified, erased, kept or unanswered.", valueName: "state"))
    var state: String?

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard state.map({ ["owed", "notified", "erased", "kept", "unanswered"].contains($0) }) ?? true else {
            throw ValidationError("--state takes owed, notified, erased, kept or unanswered.")
        }
    }

    func show(in session: Session) throws {
        if let recipient { _ = try session.recipient(recipient) }
        var table = TextTable("Order", "Recipient", "Recipient's id", "What", "State")
        let lines = try NoticeBook(session).lines.filter { line in
            (recipient ?? line.recipient) == line.recipient && (state ?? line.state.word) == line.state.word
        }
        for line in lines {
            try session.console.say(line.json)
            let what = line.groups.isEmpty ? "whole record" : line.groups.map(\.name).joined(separator: ", ")
            table.add(String(line.row.order.hex.prefix(8)), line.recipient, line.recipientID, what, line.words)
        }
        try session.console.say(lines.isEmpty ? "Nobody else had what was erased." : table.text)
    }
}

/// Shows what is provable of an order, without a name.
struct ErasureReceipt: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Show the receipt of an erasure: what went, which generation of keys, which recipients, when.",
        discussion: """
            It holds no name. Each line of it stands in the log: `syncd audit prove POSITION` shows that to others.

            Example: syncd erasure receipt 5f3c… --store school
            """
    )

    @Argument(help: "The order, as `leavers queue` has it.")
    var order: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let found = try session.state.read { try $0.erasureOrders() }.first { found in
            found.id.hex == order && session.reaches(found.base)
        }
        guard let found else {
            throw CommandError(.orderUnknown, "There is no order \(order): `syncd leavers queue` shows them.")
        }
        let isOfSource = try session.state.read { try $0.isOfSource(found.id) }
        let book = try NoticeBook(session, order: found.id)
        var receipts: [(position: Position, at: Timestamp, receipt: Syncd_Events_SubjectErased)] = []
        try session.log.read(LogQuery(type: EventType.subjectErased.number, stream: found.stream)) { event in
            receipts.append(
                (event.position, event.recordedAt, try Syncd_Events_SubjectErased(serializedBytes: event.open))
            )
            return true
        }
        try session.console.say([
            "order": .string(found.id.hex), "base": .string(try session.baseKeys()[found.base] ?? ""),
            "asked": .string(LondonTime.iso(found.requested)), "position": JSON(found.requestedAt.rawValue),
            "by": isOfSource ? "the MIS's own deletion" : "a person", "due": .string(LondonTime.iso(found.due)),
            "erased": .array(receipts.map { Self.json($0.position, $0.at, $0.receipt) }),
            "recipients": .array(book.lines.map(\.json)),
        ])
        try session.console.say(
            "Order \(found.id.hex), \(isOfSource ? "from what the MIS deleted" : "given by a person"), "
                + "asked \(LondonTime.text(found.requested)), event \(found.requestedAt)."
        )
        var table = TextTable("Event", "When", "Subject", "What", "#Keys", "Generation")
        for (position, at, receipt) in receipts {
            let groups = receipt.erased.groups.compactMap { DataGroup(rawValue: UInt16(truncatingIfNeeded: $0)) }
            table.add(
                "\(position)",
                LondonTime.text(at),
                SubjectID(bytes: receipt.erased.subject)?.hex ?? "",
                groups.isEmpty ? "whole record" : groups.map(\.name).joined(separator: ", "),
                Counts.grouped(receipt.erased.keys.count / 16),
                "\(receipt.generation)"
            )
        }
        try session.console.say(receipts.isEmpty ? "Nothing has been erased yet." : table.text)
        try session.console.say("Recipients: \(book.summary).")
        for line in book.lines { try session.console.say("  \(line.recipient), \(line.recipientID): \(line.words)") }
    }

    private static func json(_ position: Position, _ at: Timestamp, _ receipt: Syncd_Events_SubjectErased) -> JSON {
        [
            "position": JSON(position.rawValue), "at": .string(LondonTime.iso(at)),
            "subject": .string(SubjectID(bytes: receipt.erased.subject)?.hex ?? ""),
            "groups": .array(
                receipt.erased.groups.compactMap { DataGroup(rawValue: UInt16(truncatingIfNeeded: $0)) }
                    .map { .string($0.name) }
            ),
            "keys": JSON(receipt.erased.keys.count / 16), "entities": JSON(receipt.erased.entities.count / 16),
            "generation": JSON(receipt.generation),
        ]
    }
}
