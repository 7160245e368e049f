import EventLog
import Identifiers
import Projections
import School

/// Orders to erase that are still to be carried out, within the caller's reach: which go when, and who stays for now.
struct OrdersAhead {
    /// What waits for somebody, a sentence each.
    let sentences: [String]

    /// The steps that may be left of an erasure that was cut off (docs/decisions/0100).
    private static let keysLeft =
        "An erasure has begun: keys are still to be destroyed. The next command that changes something goes on with it."
    private static let filesLeft =
        "An erasure has destroyed its keys: state and files are still to be made anew. The next command that changes something "
        + "goes on with it."

    /// Looks at the orders.
    ///
    /// - Parameter now: decides what is overdue.
    init(_ session: Session, at now: Timestamp) throws {
        let today = try session.today()
        var (ahead, overdue): ([Timestamp], [Timestamp]) = ([], [])
        var staying = 0
        var unfinished: [String] = []
        try session.state.read { snapshot in
            for order in try snapshot.erasureOrders() where order.isOpen && session.reaches(order.base) {
                let people = try snapshot.subjects(of: order.id)
                if try order.isUnfinished(in: snapshot) {
                    unfinished.append(people.contains { $0.state == .begun } ? Self.keysLeft : Self.filesLeft)
                }
                let left = people.count { $0.state == .queued }
                let kept = try ErasurePlan.kept(of: order, today: today, in: snapshot).count
                staying += kept
                guard kept < left else { continue }
                if order.isDue(at: now) { overdue.append(order.due) } else { ahead.append(order.due) }
            }
        }
        var sentences = Set(unfinished).sorted()
        if let next = ahead.min() {
            sentences.append(
                "\(Counts.of(ahead.count, "order")) to delete: carried out by \(LondonTime.text(next)); see `syncd leavers queue`."
            )
        }
        if let oldest = overdue.min() {
            sentences.append(
                "\(Counts.of(overdue.count, "order")) to delete should have been carried out by \(LondonTime.text(oldest)): "
                    + "`syncd leavers run` does it now, and a server by itself."
            )
        }
        if staying > 0 {
            sentences.append(
                "\(Counts.of(staying, "person", "people")) on orders to delete stay for now: `syncd leavers queue` says why."
            )
        }
        self.sentences = sentences
    }
}
