import EventLog
import Identifiers
import Projections
import School

/// Whom erasures concern beside the school, within the caller's reach, and how far each recipient has come (ruling 13).
struct NoticeBook {
    /// A recipient and a person of an order.
    struct Line {
        var row: ErasureNoticeRow
        /// The recipient's name, and the id by which it knows the person.
        var recipient: String
        var recipientID: String
        /// The base's key.
        var base: String
        /// When a file asked; nil when none has yet.
        var notified: Timestamp?
        var state: ErasureNotice.State
    }

    /// The lines, by order and person.
    let lines: [Line]

    /// Reads them.
    ///
    /// - Parameter order: nil for all.
    init(_ session: Session, order: OrderID? = nil) throws {
        let keys = try session.baseKeys()
        let found = try session.state.read { snapshot in
            let names = Dictionary(uniqueKeysWithValues: try snapshot.recipients().map { ($0.id, $0.name) })
            return try snapshot.erasureNotices(of: order).map { row in
                let id = try snapshot.recipientKey(of: row.subject, for: row.recipient) ?? []
                return (row, names[row.recipient] ?? row.recipient.hex, id, try snapshot.asked(row))
            }
        }
        let now = session.shownNow
        lines = try found.compactMap { row, name, id, asked in
            guard let base = keys[row.base] else { return nil }
            let notified = try asked.flatMap { try session.recordedAt($0) }
            return Line(
                row: row,
                recipient: name,
                recipientID: RecipientKey(bytes: id)?.hex ?? "",
                base: base,
                notified: notified,
                state: ErasureNotice.state(notified: notified, answer: row.answer, now: now)
            )
        }
    }

    /// How many are in a state.
    func count(_ state: ErasureNotice.State) -> Int { lines.count { $0.state == state } }

    /// What waits for somebody, a sentence each.
    var sentences: [String] {
        let late = Set(lines.filter { $0.state == .unanswered }.map(\.recipient)).sorted()
        return late.map { name in
            let count = lines.count { $0.state == .unanswered && $0.recipient == name }
            return "\(name) was asked to erase \(Counts.of(count, "record")) and has not answered in "
                + "\(ErasureNotice.daysToAnswer) days: ask it, then `syncd erasure confirm`."
        }
    }

    /// The states and how many are in each, in words.
    var summary: String {
        let states: [ErasureNotice.State] = [.owed, .notified, .erased, .kept, .unanswered]
        let words = states.compactMap { state -> String? in
            let number = count(state)
            return number == 0 ? nil : "\(Counts.grouped(number)) \(state.word)"
        }
        return words.isEmpty ? "nobody else had them" : words.joined(separator: ", ")
    }
}

extension NoticeBook.Line {
    /// For machines.
    var json: JSON {
        [
            "order": .string(row.order.hex), "subject": .string(row.subject.hex), "base": .string(base),
            "recipient": .string(recipient), "recipientId": .string(recipientID), "state": .string(state.word),
            "groups": .array(groups.map { .string($0.name) }),
            "notified": notified.map { .string(LondonTime.iso($0)) } ?? .null,
            "answerBy": notified.map { .string(LondonTime.iso(ErasureNotice.due(notified: $0))) } ?? .null,
            "answered": row.answer.map { .string(LondonTime.iso($0.recorded)) } ?? .null,
            "ground": row.answer?.ground.map { .string($0.rawValue) } ?? .null,
            "until": row.answer?.until.map { .string($0.description) } ?? .null,
        ]
    }

    /// What the recipient was to erase; none for the whole record.
    var groups: [DataGroup] { row.groups.compactMap(DataGroup.init(rawValue:)) }

    /// The state in words.
    var words: String {
        switch state {
        case .owed: "the next file asks"
        case .notified:
            "asked \(notified.map(LondonTime.text) ?? ""), answer by "
                + (notified.map { LondonTime.date(of: ErasureNotice.due(notified: $0)) } ?? "")
        case .erased: "erased, said \(row.answer.map { LondonTime.text($0.recorded) } ?? "")"
        case .kept:
            "kept (\(row.answer?.ground?.rawValue ?? ""))"
                + (row.answer?.until.map { " until \(LondonTime.date($0.description))" } ?? "")
        case .unanswered: "no answer by \(notified.map { LondonTime.date(of: ErasureNotice.due(notified: $0)) } ?? "")"
        }
    }
}

extension Session {
    /// When the event at a position was recorded; nil for none.
    func recordedAt(_ position: Position) throws -> Timestamp? {
        var found: Timestamp?
        try log.read(LogQuery(from: position, through: position)) { event in
            found = event.recordedAt
            return false
        }
        return found
    }
}
