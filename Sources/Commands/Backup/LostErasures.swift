import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// Erasures of after the point that a store is restored to: their keys are gone, and the log must say so again, so that
/// state, recipients and imports know (docs/decisions/0105).
struct LostErasures {
    private let contents: BackupSource.Contents
    private let log: EventLog
    private let actor: Actor
    private let now: Timestamp

    init(_ contents: BackupSource.Contents, log: EventLog, actor: Actor, now: Timestamp) {
        (self.contents, self.log, self.actor, self.now) = (contents, log, actor, now)
    }

    /// How many.
    var count: Int { contents.lost.count }

    /// The events: each order as it was, the beginning of each person's erasure, and the receipt where no key is left.
    ///
    /// One whose keys are still there had only begun when the store was lost: whoever opens the store next goes on with it.
    func events() throws -> [NewEvent] {
        var events: [NewEvent] = []
        for (order, notes) in try grouped() where !contents.orders.contains(Data(order.bytes)) {
            guard let base = notes.first?.base else { continue }
            let groups = notes.first?.begun.erased.groups ?? []
            events.append(
                ErasureEvents.requested(
                    order,
                    of: notes.compactMap { SubjectID(bytes: $0.begun.erased.subject) },
                    groups: groups.compactMap { UInt16(exactly: $0).flatMap(DataGroup.init(rawValue:)) },
                    at: base,
                    due: now,
                    note: try actor.note("Erased after the backup that was restored")
                )
            )
        }
        for note in contents.lost {
            guard let order = OrderID(bytes: note.begun.order) else { continue }
            events.append(ErasureEvents.begun(note.begun.erased, in: order, at: note.base))
            let fences = try note.begun.erased.fences(runs: [])
            guard try log.keys(behind: Set(fences)).isEmpty else { continue }
            events.append(
                ErasureEvents.erased(note.begun.erased, in: order, at: note.base, generation: log.keyGeneration)
            )
        }
        return events
    }

    private func grouped() throws -> [(order: OrderID, notes: [ErasureNotes.Note])] {
        var orders: [OrderID] = []
        var notes: [OrderID: [ErasureNotes.Note]] = [:]
        for note in contents.lost {
            guard let order = OrderID(bytes: note.begun.order) else { continue }
            if notes[order] == nil { orders.append(order) }
            notes[order, default: []].append(note)
        }
        return orders.map { ($0, notes[$0] ?? []) }
    }
}
