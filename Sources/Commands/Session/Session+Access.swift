import Access
import EventLog
import Identifiers
import Projections
import School

/// Who gives the command, and how far it may reach.
///
/// Every command on a store comes through `admit` before it does anything, and gets bases, tasks and subjects through
/// the session alone, which shows those within reach.
extension Session {
    /// The gate of this store.
    var gate: AccessGate { AccessGate(log: log, state: state, now: clock) }

    /// Lets a command in, or refuses it, which is written down.
    ///
    /// - Parameter command: its words, as the table of roles has them.
    /// - Throws: `AccessError`.
    func admit(_ command: String) throws {
        guard try gate.isClosed else { return }
        self.command = command
        if AccessTable.row(command)?.reach == .anybody { return }
        let principal = try gate.principal(try token())
        self.principal = principal
        switch AccessTable.ask(command, principal.grants) {
        case .allowed(let bases): reach = bases
        case .refused(let reason): throw try gate.refuse(command, to: principal, because: reason)
        }
    }

    /// Asks the table once more, for what an option adds to a command.
    ///
    /// - Parameter addition: a row of the table, such as `replay --open`.
    func require(_ addition: String) throws {
        guard let principal else { return }
        guard case .refused(let reason) = AccessTable.ask(addition, principal.grants) else { return }
        throw try gate.refuse(addition, to: principal, because: reason)
    }

    /// Whether what belongs to a base may be seen.
    func reaches(_ base: BaseID) -> Bool { reach?.contains(base) ?? true }

    /// Writes down that a school out of reach was asked for; the caller then answers as for one that does not exist.
    func tellForeign(_ base: BaseID) throws {
        guard let principal else { return }
        _ = try gate.refuse(command, to: principal, because: "the school is not one of this role's", base: base)
    }

    /// The one school that somebody with a limited reach means.
    ///
    /// - Parameter key: the school that was named; nil for none.
    /// - Returns: nil when none was named and all are within reach.
    func baseInReach(_ key: String?) throws -> BaseID? {
        if let key { return try base(key).id }
        guard let reach else { return nil }
        guard let only = reach.first, reach.count == 1 else {
            throw CommandError(.baseUnknown, "Name one of your schools with --base KEY: see `syncd base list`.")
        }
        return only
    }

    /// The sources that have told of schools within reach.
    func sources() throws -> [Source] {
        try state.read { snapshot in
            try snapshot.sources().filter { try reach == nil || snapshot.bases(of: $0.id).contains(where: reaches) }
        }
    }

    /// The tasks that concern schools within reach, and of each those schools alone.
    func tasks() throws -> [TransferTask] {
        withinReach(try state.read { try $0.tasks() })
    }

    /// Of tasks those that concern schools within reach, and of each those schools alone.
    func withinReach(_ tasks: [TransferTask]) -> [TransferTask] {
        tasks.compactMap { task in
            var task = task
            task.bases = task.bases.filter(reaches)
            return task.bases.isEmpty ? nil : task
        }
    }
}
