import ArgumentParser
import EventLog
import Events
import Glibc
import Identifiers
import Projections
import School

/// Shows what would go, asks, and puts the order into the log; carried out at once, or when it is due.
struct ErasureOffer {
    let session: Session
    let base: Base
    let subjects: [SubjectID]
    /// None for whole records.
    let groups: [DataGroup]
    /// What the person at the keyboard says to all this.
    let answer: Answer

    /// What was given on the command line.
    struct Answer {
        var reason: String
        var isNow: Bool
        var isDryRun: Bool
        /// How many people the caller says will go; nil asks.
        var confirmed: Int?
    }

    /// Shows, asks and orders.
    func perform() throws {
        let today = try session.today()
        let plan = try session.state.read { snapshot in
            try ErasurePlan(subjects, groups: groups, today: today, in: snapshot, session.log)
        }
        let facts = try facts(plan)
        if answer.isDryRun {
            try session.console.say(.object(facts + [.init(name: "dryRun", value: .bool(true))]))
            return try session.console.say(text(plan))
        }
        guard plan.named > 0 else {
            throw CommandError(.nothingToErase, "Nothing can go now. \(text(plan))")
        }
        try confirm(plan)
        let order: OrderID = session.draw()
        let due = Timestamp(
            microseconds: session.now.microseconds + Int64(ErasureRules.daysUntilDue) * 86_400_000_000
        )
        let going = plan.people.prefix(plan.named).map(\.entity.id)
        let event = ErasureEvents.requested(
            order,
            of: going,
            groups: groups,
            at: base.id,
            due: answer.isNow ? session.now : due,
            note: try session.actor().note(answer.reason)
        )
        try session.append([event])
        guard answer.isNow else {
            try session.console.say(.object(facts + Self.members(order, "queued", due)))
            return try session.console.say(
                "\(Counts.of(going.count, "person", "people")) queued for deletion, order \(order.hex): carried out by "
                    + "\(LondonTime.date(of: due)), or at once with `syncd leavers run --all`."
            )
        }
        let queued = try session.state.read { try $0.erasureOrders() }.filter { $0.id == order }
        let outcome = try ErasureRunner(session: session).carryOut(queued)
        try session.console.say(.object(facts + Self.members(order, "erased", nil) + outcome.members))
        try session.console.say(outcome.text)
        for remark in outcome.remarks { session.console.remark(remark) }
    }

    /// Asks for the number of people; refuses where nobody can answer.
    private func confirm(_ plan: ErasurePlan) throws {
        if let confirmed = answer.confirmed {
            guard confirmed == plan.named else {
                throw CommandError(
                    .notConfirmed,
                    "Nothing was deleted: \(plan.named) would go, not \(confirmed). See with --dry-run who."
                )
            }
            return
        }
        guard session.console.canAsk else {
            throw CommandError(
                .notConfirmed,
                "Deleting needs a yes: \(plan.named) would go. See with --dry-run who, then give --confirm \(plan.named)."
            )
        }
        session.console.remark(text(plan))
        let question = "This cannot be undone, by nobody. Save first what you need of them. To go on, type how many go:"
        guard try session.ask(question) == String(plan.named) else {
            throw CommandError(.notConfirmed, "Nothing was deleted: the answer was not \(plan.named).")
        }
    }

    private func facts(_ plan: ErasurePlan) throws -> [JSON.Member] {
        let going = plan.people.prefix(plan.named)
        return [
            .init(name: "base", value: .string(base.key)),
            .init(name: "groups", value: .array(groups.map { .string($0.name) })),
            .init(
                name: "goes",
                value: .array(
                    going.map { person in
                        [
                            "subject": .string(person.entity.id.hex), "kind": .string(person.entity.kind.name),
                            "status": .string(String(describing: person.entity.status)),
                            "recipients": JSON(Set(person.erased.told.map(\.recipient)).count),
                            "issues": JSON(person.erased.issues.count / 16),
                        ]
                    }
                )
            ),
            .init(name: "contacts", value: JSON(plan.going.contacts)),
            .init(name: "linked", value: JSON(plan.going.linked)),
            .init(name: "anonymised", value: JSON(plan.anonymised)),
            .init(
                name: "stays",
                value: .array(
                    plan.kept.map(\.json)
                )
            ),
        ]
    }

    private func text(_ plan: ErasurePlan) -> String {
        var lines: [String] = []
        let what = groups.isEmpty ? "the whole record" : groups.map(\.name).joined(separator: ", ")
        let people = plan.people.prefix(plan.named)
        lines.append("Goes of \(Counts.of(plan.named, "person", "people")): \(what).")
        if plan.going.linked > 0 {
            lines.append("With them what other sources tell of them: \(Counts.of(plan.going.linked, "record")).")
        }
        if plan.going.contacts > 0 {
            lines.append(
                "With them \(Counts.of(plan.going.contacts, "contact")) to whom nobody else links; shared ones stay."
            )
        }
        if plan.anonymised > 0 {
            lines.append(
                "Of \(Counts.of(plan.anonymised, "person", "people")) attendance figures stay without a name, as "
                    + "\(KeptFigures.mask) in `syncd leavers report`: a rule of the school keeps them."
            )
        }
        let present = people.count { $0.entity.status == .present }
        if present > 0 {
            lines.append("Still in the MIS's exports: \(present). They are not taken in again.")
        }
        let told = Set(people.flatMap { $0.erased.told.map(\.recipient) }).count
        if told > 0 { lines.append("\(Counts.of(told, "recipient")) will be asked to erase the same.") }
        lines += plan.kept.map(\.sentence)
        return lines.joined(separator: "\n")
    }

    private static func members(_ order: OrderID, _ state: String, _ due: Timestamp?) -> [JSON.Member] {
        [
            .init(name: "order", value: .string(order.hex)), .init(name: "state", value: .string(state)),
            .init(name: "due", value: due.map { .string(LondonTime.iso($0)) } ?? .null),
        ]
    }
}

extension ErasureRules.Obstacle {
    /// Until when, as far as it is known.
    var until: CalendarDate? {
        if case .register(let until) = self { return until }
        return nil
    }

    /// Why somebody stays, and until when.
    var words: String {
        switch self {
        case .hold: "on hold: lift it with `syncd retention hold SUBJECT --lift`"
        case .register(let until):
            "kept until \(LondonTime.date(until.description)) because register entries are kept for six years; single data "
                + "groups can go with --group. If the register is kept elsewhere: `syncd base config BASE --register external`"
        case .registered:
            "still registered, and the register is kept here: record the leaving date in the MIS and import it"
        case .toldAgain:
            "the MIS tells again what it had deleted: nothing of it is erased"
        case .linked: "pupils who stay link to this contact: take the link out in the MIS and import it"
        }
    }
}

extension ErasureRunner.Outcome {
    /// What was done, for machines.
    var members: [JSON.Member] {
        [
            .init(name: "people", value: JSON(people)), .init(name: "contactsErased", value: JSON(contacts)),
            .init(name: "figuresKept", value: JSON(anonymised)), .init(name: "files", value: JSON(files)),
            .init(name: "keyGeneration", value: JSON(generation)),
        ]
    }

    /// What was done, in words.
    var text: String {
        var text = "Erased: \(Counts.of(people, "person", "people"))"
        if contacts > 0 { text += " and \(Counts.of(contacts, "contact"))" }
        if anonymised > 0 {
            text += "; attendance figures of \(Counts.grouped(anonymised)) stay without a name"
        }
        if files > 0 { text += ", and \(Counts.of(files, "delivered file")) made again without them" }
        return text + ". The keys are of generation \(generation) now: nobody can bring the data back."
    }

    /// What is to be done next.
    var remarks: [String] {
        var remarks = kept.map(\.sentence)
        if people > 0 {
            remarks.append(
                "Copies of the keys from before open what was erased: renew them with `syncd keys copy DIR`."
            )
        }
        return remarks
    }
}
