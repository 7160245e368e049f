import EventLog
import Events
import Identifiers
import Projections
import School

/// What changes back a part of what a run did.
struct UndoPlan {
    var events: [NewEvent] = []
    var counts: [EntityKind: UndoReport.Counts] = [:]
    var left: [UndoReport.Left] = []
    var issuesEnded = 0
    var issuesReopened = 0
    /// How many of the touches it covers.
    var covered = 0
    /// The position of the state that it was made from.
    var position = Position.origin

    /// The streams that it writes to.
    var streams: Set<StreamID> { Set(events.map(\.stream)) }
}

/// One thing that an event of the run was about.
struct UndoTouch {
    /// What sort of thing.
    enum Thing {
        case entity(SubjectID, EntityKind)
        case issue(IssueID)
    }

    var thing: Thing
    var position: Position
    var recordedAt: Timestamp
}

/// Makes plans: a pure function of the log, the state and the run.
struct UndoPlanner {
    /// Bytes of one batch.
    static let bytesMax = 8 << 20

    let source: SourceID
    let run: RunID
    /// What was undone, this run among it, by the runs of the undos.
    let undone: [RunID: RunID]
    let composer: EventComposer
    let reader: PastReader
    let needs: UndoNeeds

    /// Plans for things in the order in which the run touched them, as many as one batch holds.
    ///
    /// A thing is dealt with where the run touched it first.
    func plan(_ touches: ArraySlice<UndoTouch>, in snapshot: borrowing Snapshot) throws -> UndoPlan {
        var plan = UndoPlan()
        plan.position = try snapshot.checkpoint().position
        var register = Register(composer: composer)
        var bytes = 0
        for touch in touches {
            guard bytes + register.bytes < Self.bytesMax else { break }
            let before = plan.events.count
            switch touch.thing {
            case .issue(let id): try add(id, touch, to: &plan, in: snapshot)
            case .entity(let id, let kind):
                try add(id, kind, touch, to: &plan, &register, in: snapshot)
            }
            bytes += plan.events[before...].reduce(0) { $0 + $1.parts.reduce(256) { $0 + $1.plaintext.count } }
            plan.covered += 1
        }
        plan.events += try register.events()
        return plan
    }

    private func add(
        _ id: SubjectID,
        _ kind: EntityKind,
        _ touch: UndoTouch,
        to plan: inout UndoPlan,
        _ register: inout Register,
        in snapshot: borrowing Snapshot
    ) throws {
        let past = try EntityPast(of: id, in: snapshot, reader, undone: undone)
        guard past.first(of: run) == touch.position else { return }
        guard let entity = try snapshot.entity(id) else {
            plan.left.append(UndoReport.Left(kind: kind, entity: id, group: nil, reason: .keyDestroyed))
            plan.counts[kind, default: .init()].left += 1
            return
        }
        let compensation = try Compensation(of: entity, past, by: self, in: snapshot)
        for change in compensation.marks {
            try register.add(
                change,
                on: change.rows.first ?? compensation.session,
                of: kind,
                key: entity.key,
                id: id,
                owner: kind == .mark ? entity.owner : nil,
                at: compensation.home
            )
        }
        plan.events += compensation.events
        plan.left += compensation.left
        switch compensation.fate {
        case .ended: plan.counts[kind, default: .init()].ended += 1
        case .restored: plan.counts[kind, default: .init()].restored += 1
        case nil: break
        }
        if !compensation.left.isEmpty { plan.counts[kind, default: .init()].left += 1 }
    }

    /// An issue that the run raised ends with it, unless a later file has it, too; one that it resolved is open again.
    private func add(
        _ id: IssueID,
        _ touch: UndoTouch,
        to plan: inout UndoPlan,
        in snapshot: borrowing Snapshot
    ) throws {
        guard let issue = try snapshot.dataIssue(id) else { return }
        if issue.isOpen, issue.run == run, issue.number == touch.position, issue.lastSeen <= touch.recordedAt {
            plan.events.append(try composer.resolved(issue, .undone))
            plan.issuesEnded += 1
        } else if issue.resolution?.run == run, issue.resolution?.at == touch.position {
            plan.events.append(try composer.reopened(issue))
            plan.issuesReopened += 1
        }
    }
}
