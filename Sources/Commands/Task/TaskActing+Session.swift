import ArgumentParser
import EventLog
import Events
import Identifiers
import Projections
import School
import SwiftProtobuf

/// Who acts on tasks, until accounts say so.
struct ActingOptions: ParsableArguments {
    @Option(name: .customLong("as"), help: "Whose side you act on: authority or school; by default, whose store it is.")
    var side: TaskOwner?

    @Flag(help: "Leave out schools that have locked their tasks down, and go on with the others.")
    var partial = false
}

extension Session {
    /// Who acts, and what is closed to them.
    func acting(_ options: ActingOptions) throws -> TaskActing {
        TaskActing(
            side: try options.side ?? storeOwner(),
            lockedBases: try state.read { try $0.lockedBases() },
            owner: log.owner
        )
    }

    /// Whose store it is.
    func storeOwner() throws -> TaskOwner {
        var owner = TaskOwner.school
        try log.read(LogQuery(type: EventType.storeCreated.number)) { event in
            if try Syncd_Events_StoreCreated(serializedBytes: event.open).owner == .authority { owner = .authority }
            return false
        }
        return owner
    }

    /// Where a task stands, for the next decision.
    ///
    /// - Throws: `taskUnknown` also for one of a newer version.
    func standing(_ name: String) throws -> TaskStanding {
        let task = try task(name)
        return TaskStanding(
            try definition(task),
            isLocked: task.isLocked,
            streamVersion: try log.version(of: StreamID(task.id))
        )
    }

    /// A task as the rules know it.
    ///
    /// - Throws: `taskUnknown` for one of a newer version.
    func definition(_ task: TransferTask) throws -> TaskDefinition {
        guard let definition = task.ruled else {
            throw CommandError(
                .taskUnknown,
                "Task \(task.name) is of a type or format that this syncd does not know. Use a newer one."
            )
        }
        return definition
    }

    /// Refuses a task at a school that lacks what transfers need (S1-28 to S1-33).
    func requirePrerequisites(_ bases: [Base]) throws {
        for base in bases {
            try Prerequisite.check(try state.read { try $0.prerequisites(of: base.id) }, at: base.title)
        }
    }

    /// The bases that may be acted on; the others are told, or refused.
    ///
    /// - Throws: `SchoolError` with code `lockedDown` when one is locked and nobody said `--partial`.
    func open(_ bases: [Base], _ acting: TaskActing, _ options: ActingOptions) throws -> [Base] {
        let closed = Set(acting.closed(bases.map(\.id)))
        guard !closed.isEmpty else { return bases }
        let titles = bases.filter { closed.contains($0.id) }.map(\.title).joined(separator: ", ")
        let sentence = "locked down to school use only: \(titles)"
        let open = bases.filter { !closed.contains($0.id) }
        guard options.partial, !open.isEmpty else {
            throw SchoolError(
                .lockedDown,
                sentence + ": ask the school" + (open.isEmpty ? "" : ", or go on with the others with --partial")
            )
        }
        console.remark("Left out, \(sentence).")
        return open
    }
}
