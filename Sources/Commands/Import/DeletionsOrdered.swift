import EventLog
import Identifiers
import Projections
import School

/// What an import has put on order to be erased, because the MIS deleted it itself (S1-23 to S1-25).
struct DeletionsOrdered {
    let order: ErasureOrder
    let people: Int
    /// Whose data stay for now, and why.
    let kept: [ErasurePlan.Kept]

    /// The orders of a run, as they stand.
    static func all(_ orders: [OrderID], in session: Session) throws -> [DeletionsOrdered] {
        guard !orders.isEmpty else { return [] }
        let today = try session.today()
        return try session.state.read { snapshot in
            try snapshot.erasureOrders().filter { orders.contains($0.id) }.map { order in
                let people = try snapshot.subjects(of: order.id).map(\.subject)
                let plan = try ErasurePlan(
                    people,
                    groups: order.groups.compactMap(DataGroup.init(rawValue:)),
                    isOfSource: true,
                    today: today,
                    in: snapshot,
                    session.log
                )
                return DeletionsOrdered(order: order, people: people.count, kept: plan.kept)
            }
        }
    }

    private var groups: [DataGroup] { order.groups.compactMap(DataGroup.init(rawValue:)) }

    /// For machines.
    var json: JSON {
        [
            "order": .string(order.id.hex), "groups": .array(groups.map { .string($0.name) }), "people": JSON(people),
            "due": .string(LondonTime.iso(order.due)), "stays": .array(kept.map(\.json)),
        ]
    }

    /// What a person has to know, one a line.
    var remarks: [String] {
        let what = groups.isEmpty ? "the whole record" : groups.map(\.name).joined(separator: ", ")
        let told = "Deleted in the MIS, \(what) of \(Counts.of(people, "pupil")), order \(order.id.hex): "
        let going = people - kept.count
        let when =
            going == 0
            ? "nothing can be erased here yet; the order waits."
            : "\(going == people ? "" : "\(Counts.grouped(going)) of them ")queued to be erased here by "
                + "\(LondonTime.date(of: order.due)), or at once with `syncd leavers run --all`."
        return [told + when + " If the MIS was wrong, `syncd leavers withdraw \(order.id.hex)`."] + kept.map(\.sentence)
    }
}

extension ErasurePlan.Kept {
    /// Who stays, and why.
    var sentence: String { "Stays: \(subject.hex), \(obstacle.words)." }

    /// For machines.
    var json: JSON {
        [
            "subject": .string(subject.hex), "because": .string(obstacle.word),
            "until": obstacle.until.map { .string($0.description) } ?? .null,
        ]
    }
}
