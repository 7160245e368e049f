import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// People who have left: who they are, and deleting them.
struct LeaversCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leavers",
        abstract: "Delete people who have left, and see what is queued.",
        discussion:
            "Example: syncd leavers delete --base 8201001 --left-before 01/09/2023 --reason Yearly --dry-run --store school",
        subcommands: [LeaversDelete.self, LeaversQueue.self, LeaversRun.self, LeaversWithdraw.self, LeaversReport.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Deletes leavers: chosen ones, or all who left before a day.
struct LeaversDelete: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete leavers for good: those who are named, or all who left before a day.",
        discussion: """
            Save their information and messages first, and settle payments and bookings: nothing can be recovered. \
            Only pupils with a leaving date that has come are taken. It shows who goes, and who stays until when, and \
            asks for the number.

            Example: syncd leavers delete --base 8201001 --left-before 01/09/2023 --reason "Yearly" --dry-run --store school
            """
    )

    @Argument(help: "UPNs, MIS keys or ids; all who left before the day when none is given.")
    var subjects: [String] = []

    @Option(help: ArgumentHelp("Those who left before this day.", valueName: "date"))
    var leftBefore: String?

    @OptionGroup
    var options: ErasureOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard subjects.isEmpty != (leftBefore == nil) else {
            throw ValidationError("Name leavers, or give --left-before DATE.")
        }
        if let leftBefore, LondonTime.instant(leftBefore) == nil {
            throw ValidationError("--left-before needs a day, such as 01/09/2023.")
        }
    }

    func run(in session: Session) throws {
        let base = try session.base(options.base)
        let leavers = try leavers(of: base, in: session)
        try ErasureOffer(session: session, base: base, subjects: leavers, groups: [], answer: options.answer).perform()
    }

    private func leavers(of base: Base, in session: Session) throws -> [SubjectID] {
        let today = LondonTime.day(session.now)
        if let leftBefore {
            guard let instant = LondonTime.instant(leftBefore) else { return [] }
            return try Self.left(base.id, before: min(LondonTime.day(instant), today), in: session)
        }
        let left = Set(try Self.left(base.id, before: nil, in: session))
        let search = SubjectSearch(session: session, base: base.id)
        return try subjects.map { subject in
            let entity = try search.one(subject)
            guard left.contains(entity.id) else {
                throw CommandError(
                    .notALeaver,
                    "Not a leaver: \(entity.id.hex). Only who has a leaving date that has come can be deleted here."
                )
            }
            return entity.id
        }
    }

    /// The pupils of a base whose leaving date lies before a day, or has come.
    static func left(_ base: BaseID, before day: String?, in session: Session) throws -> [SubjectID] {
        let today = LondonTime.day(session.now)
        return try session.state.read { snapshot in
            var found: [SubjectID] = []
            try snapshot.leaving(from: base, between: nil, and: day ?? today) { id in
                guard let entity = try snapshot.entity(id), entity.kind == .pupil, entity.base == base else {
                    return true
                }
                let leaving = try snapshot.group(.registration, of: id)?.content?.rows.last?[.leavingDate]
                if day == nil || leaving ?? "" < day ?? "" { found.append(id) }
                return true
            }
            return found
        }
    }
}

/// Shows what is queued.
struct LeaversQueue: PastCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Show orders to delete, and how far each has come.",
        discussion: "Example: syncd leavers queue --store school"
    )

    @OptionGroup
    var moment: AsOfOption

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func show(in session: Session) throws {
        let keys = try session.baseKeys()
        let today = try session.today()
        var table = TextTable("Order", "Base", "Asked", "Due", "#People", "#Erased", "#Stay", "State", "Recipients")
        let orders = try session.state.read { snapshot in
            try snapshot.erasureOrders().filter { session.reaches($0.base) }.map { order in
                let kept = order.isOpen ? try ErasurePlan.kept(of: order, today: today, in: snapshot) : []
                return (order, try snapshot.subjects(of: order.id), kept)
            }
        }
        for (order, people, kept) in orders.sorted(by: { $0.0.requestedAt < $1.0.requestedAt }) {
            let erased = people.count { $0.state == .erased }
            let notices = try NoticeBook(session, order: order.id)
            let state = order.isWithdrawn ? "withdrawn" : order.isOpen ? "queued" : "erased"
            try session.console.say([
                "order": .string(order.id.hex), "base": .string(keys[order.base] ?? ""),
                "asked": .string(LondonTime.iso(order.requested)), "due": .string(LondonTime.iso(order.due)),
                "groups": .array(order.groups.compactMap { DataGroup(rawValue: $0) }.map { .string($0.name) }),
                "people": JSON(people.count), "erased": JSON(erased), "state": .string(state),
                "stays": .array(kept.map(\.json)),
                "notices": .object(
                    [ErasureNotice.State.owed, .notified, .erased, .kept, .unanswered].map { state in
                        .init(name: state.word, value: JSON(notices.count(state)))
                    }
                ),
            ])
            table.add(
                order.id.hex,
                keys[order.base] ?? "-",
                LondonTime.text(order.requested),
                LondonTime.text(order.due),
                Counts.grouped(people.count),
                Counts.grouped(erased),
                Counts.grouped(kept.count),
                state,
                erased == 0 ? "-" : notices.summary
            )
        }
        try session.console.say(orders.isEmpty ? "No order to delete." : table.text)
        for kept in orders.flatMap(\.2) { session.console.remark(kept.sentence) }
    }
}

/// Carries out what is queued.
struct LeaversRun: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Carry out the orders that are due, or all of them.",
        discussion: "Example: syncd leavers run --all --store school"
    )

    @Flag(help: "Also those that are not due yet.")
    var all = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let outcome = try ErasureRunner(session: session).carryOutDue(at: all ? nil : session.now)
        try session.console.say(
            .object(outcome.members + [.init(name: "stays", value: .array(outcome.kept.map(\.json)))])
        )
        let idle = outcome.kept.isEmpty ? "Nothing was to be done." : "Nothing can go yet."
        try session.console.say(outcome.people == 0 ? idle : outcome.text)
        for remark in outcome.remarks { session.console.remark(remark) }
    }
}

/// Gives an order up.
struct LeaversWithdraw: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Give up an order to delete: whoever has not been erased yet stays.",
        discussion: "Example: syncd leavers withdraw 5f3c… --reason \"The wrong year\" --store school"
    )

    @Argument(help: "The order, as `leavers queue` has it.")
    var order: String

    @Option(help: "Why; written in the log, sealed.")
    var reason: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws { try ReadingReason.check(reason) }

    func run(in session: Session) throws {
        let known = try session.state.read { try $0.erasureOrders() }.first { $0.id.hex == order && $0.isOpen }
        if let known, !session.reaches(known.base) { try session.tellForeign(known.base) }
        guard let found = known, session.reaches(found.base) else {
            throw CommandError(.orderUnknown, "There is no open order \(order): `syncd leavers queue` shows them.")
        }
        guard try !session.state.read({ try $0.subjects(of: found.id).contains { $0.state == .begun } }) else {
            throw CommandError(
                .orderBegun,
                "Order \(order) has begun, and goes through: run `syncd status` to see which step is pending."
            )
        }
        try session.append([
            ErasureEvents.withdrawn(found.id, at: found.base, note: session.actor().note(reason))
        ])
        try session.console.say(["order": .string(order), "state": "withdrawn"])
        try session.console.say("Withdrawn: whoever had not been erased stays.")
    }
}
