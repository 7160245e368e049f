import EventLog
import Events
import Identifiers
import School
import Sealing

/// The orders to erase that come of what the MIS deleted itself: one a run, base and set of data groups (S1-23 to S1-25).
///
/// They are orders like a person's: queued, stopped by holds and by the register, carried out by the same path.
struct DeletionOrders {
    let run: RunID
    let actor: ActorID
    /// When they are carried out at the latest.
    let due: Timestamp
    /// Those of this run so far.
    private(set) var orders: Set<OrderID> = []
    /// Their events: they are not counted as data.
    private(set) var events = 0

    init(run: RunID, actor: ActorID, now: Timestamp) {
        self.run = run
        self.actor = actor
        due = Timestamp(microseconds: now.microseconds + Int64(ErasureRules.daysUntilDue) * 86_400_000_000)
    }

    /// The event that puts somebody on the order of the run.
    ///
    /// - Parameter groups: none for the whole record.
    mutating func order(erasing pupil: SubjectID, _ groups: [DataGroup], at base: BaseID) throws -> NewEvent {
        let groups = groups.sorted { $0.rawValue < $1.rawValue }
        let order = id(groups, base)
        orders.insert(order)
        events += 1
        return ErasureEvents.requested(
            order,
            of: [pupil],
            groups: groups,
            at: base,
            due: due,
            isOfSource: true,
            note: try note()
        )
    }

    /// The same order whenever the same run comes to it again.
    private func id(_ groups: [DataGroup], _ base: BaseID) -> OrderID {
        let name = "erase \(run) \(base) " + groups.map { String($0.rawValue) }.joined(separator: ",")
        var hash = SHA256()
        return hash.digest(of: Array(name.utf8)).withUnsafeBytes { OrderID(reading: $0) }
    }

    private func note() throws -> NewPart {
        var note = Syncd_Events_AuditNote()
        note.reason = "Deleted in the MIS"
        return NewPart(
            subject: SubjectID(actor),
            dataClass: DataClass(rawValue: DataGroup.audit.rawValue),
            plaintext: try note.bytes()
        )
    }
}
