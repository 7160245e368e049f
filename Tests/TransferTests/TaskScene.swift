import EventLog
import Identifiers
import School
import SyncdTesting
import Transfer

// Tasks of other kinds, and marks.
extension SchoolStore {
    /// Accepts a report at the first base.
    func accept(_ report: Report) throws {
        let head = Accepter(actor: ActorID(high: 7, low: 7), name: "Head Teacher")
        let acceptance = try states.read(reaching: log.durableEnd) { try $0.acceptance(of: report.name, at: base) }
        try append(AcceptanceRules.accept(report, acceptance, by: head))
    }

    /// Adds a task at the first base, and accepts its report.
    func task(
        _ number: UInt64,
        _ type: TaskDefinition.DataType,
        _ report: Report,
        accepts: Bool = true,
        _ change: (inout TaskTerms) -> Void = { _ in }
    ) throws -> TaskID {
        var terms = TaskTerms()
        change(&terms)
        let made = TaskDefinition(
            id: TaskID(high: 13, low: number),
            name: "task \(number)",
            bases: [base],
            recipient: recipient.id,
            type: type,
            report: report.name,
            terms: terms
        )
        try append(TaskDefinition.create(made, beside: [], owner: owner, to: recipient.party))
        if accepts { try accept(report) }
        return made.id
    }

    /// Tells marks of a pupil: day and half, code.
    func tellMarks(_ pupil: UInt64, _ marks: (String, SessionHalf, String)...) throws {
        let entities = marks.map { date, half, code in
            let day = UInt64(date.filter(\.isNumber)) ?? 0
            return (
                entity: SubjectID(high: 300 + pupil, low: day * 2 + (half == .pm ? 1 : 0)), owner: Self.pupil(pupil),
                key: "p\(pupil)\u{1F}\(date)\u{1F}\(half.rawValue)",
                content: GroupContent(
                    .attendance,
                    [FieldRow([.init(.sessionDate, date), .init(.sessionHalf, half.rawValue), .init(.mark, code)])]
                )
            )
        }
        try append([
            builder.changed(.mark, entities, at: base, stream: StreamID(high: 301, low: log.durableEnd.rawValue))
        ])
    }

    /// Tells that a session is closed, or open.
    func tellSession(_ date: String, _ half: SessionHalf, open: Bool) throws {
        let day = UInt64(date.filter(\.isNumber)) ?? 0
        let row = FieldRow([
            .init(.sessionDate, date), .init(.sessionHalf, half.rawValue), .init(.sessionOpen, open ? "true" : "false"),
        ])
        try append([
            builder.changed(
                .session,
                SubjectID(high: 302, low: day * 2 + (half == .pm ? 1 : 0)),
                at: base,
                key: "001\u{1F}\(date)\u{1F}\(half.rawValue)",
                [GroupContent(.calendar, [row])]
            )
        ])
    }
}
