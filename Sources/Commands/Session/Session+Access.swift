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
    /// The gate of this store: it asks for the rights of now, also while the past is shown.
    var gate: AccessGate { AccessGate(log: log, state: store.state, now: clock) }

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
        switch AccessTable.ask(command, principal.grants, reading: principal.reading) {
        case .allowed(let bases): reach = bases
        case .underGrants(let grants): (reach, openedBy) = (Set(grants.map(\.base)), grants)
        case .refused(let reason): throw try gate.refuse(command, to: principal, because: reason)
        }
    }

    /// Asks the table once more, for what an option adds to a command.
    ///
    /// Who may do that at fewer schools reaches no farther from here on.
    ///
    /// - Parameter addition: a row of the table, such as `replay --open`.
    func require(_ addition: String) throws {
        guard let principal else { return }
        additions.insert(addition)
        switch AccessTable.ask(addition, principal.grants, reading: principal.reading) {
        case .allowed(let bases): if let bases { reach = reach.map { $0.intersection(bases) } ?? bases }
        case .underGrants(let grants): openedBy = grants
        case .refused(let reason): throw try gate.refuse(addition, to: principal, because: reason)
        }
    }

    /// Asks for the rights of this instant, since some may have been taken away while the command was at work.
    ///
    /// - Throws: `AccessError` when the command would not be let in any more.
    func admitAgain() throws {
        try admit(command)
        for addition in additions { try require(addition) }
    }

    /// Whether somebody's records may be opened: those of a grant's people for who comes with one, everybody's for others.
    func opens(_ subject: SubjectID, at base: BaseID) -> Bool {
        openedBy?.contains { $0.covers(subject, at: base) } ?? true
    }

    /// The people whose records grants open now; one who has gone to another school is its grant's no more.
    func openable() throws -> [SubjectID] {
        guard let openedBy else { return [] }
        return try store.state.read { snapshot in
            try Set(openedBy.flatMap(\.subjects)).sorted().filter { subject in
                try snapshot.entity(subject).map { opens(subject, at: $0.base) } ?? false
            }
        }
    }

    /// Whether a command whose additions open records may do so without naming anybody.
    var opensEverybody: Bool { openedBy == nil }

    /// The grants under which people's records are opened; none for who needs none.
    ///
    /// - Throws: `accessRefused` when a grant is needed and none names all of them, which is written down.
    func grants(toOpen subjects: [SubjectID]) throws -> [GrantID] {
        guard let principal, let openedBy else { return [] }
        let bases = try store.state.read { snapshot in try subjects.map { try snapshot.entity($0)?.base } }
        var used: Set<GrantID> = []
        for (subject, base) in zip(subjects, bases) {
            guard let grant = openedBy.first(where: { $0.covers(subject, at: base ?? $0.base) }) else {
                throw try refuseUngranted(principal)
            }
            used.insert(grant.id)
        }
        guard !subjects.isEmpty else { throw try refuseUngranted(principal) }
        return used.sorted()
    }

    /// Refuses an auditor whose grants do not name whom the command is about; the same for somebody who does not exist.
    func refuseUngranted(_ principal: Principal) throws -> AccessError {
        try gate.refuse(
            command,
            to: principal,
            because:
                "no grant of yours opens this: the school's head or the data protection officer names the people with "
                + "`syncd grant give`; `syncd grant list` tells what you have"
        )
    }

    /// Whether who gives the command may know that a child whose whereabouts are kept back is at a school (rulings 11): who
    /// may open them there, and whose reach is that school alone.
    func seesRestricted(at base: BaseID) -> Bool {
        guard let principal, reach != [base] else { return true }
        return switch AccessTable.ask("pupil show --restricted", principal.grants) {
        case .allowed(let bases): bases?.contains(base) ?? true
        case .underGrants, .refused: false
        }
    }

    /// A cohort's name for who is logged in (rulings 11).
    func words(of cohort: String) -> String {
        let seesCare = principal?.grants.contains { SafeguardingTable.seesCareCohort.contains($0.role) } ?? true
        return SafeguardingTable.named(cohort, seesCare: seesCare)
    }

    func words(of cohort: Cohort) -> String { words(of: cohort.description) }

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

    /// The sources that have told of schools within reach, those of authorities about these schools among them.
    func sources() throws -> [Source] {
        let keys = Set(try bases().map(\.key))
        return try state.read { try $0.sources() }.filter { source in
            // Who may see it is of now, also while the past is shown.
            try reach == nil || store.state.read { try $0.bases(of: source.id) }.contains(where: reaches)
                || InboundSource(name: source.name).map { keys.contains($0.base) } ?? false
        }
    }

    /// Whether all that a source has told of is at schools within reach.
    func reaches(source: SourceID) throws -> Bool {
        guard let reach else { return true }
        return try store.state.read { try $0.bases(of: source) }.isSubset(of: reach)
    }

    /// Refuses a source that is not the own schools' alone, to who imports for some schools: its keys are other schools', too.
    ///
    /// The same for one that does not exist; the first import of a school's own files goes by the school's key.
    ///
    /// - Throws: `sourceForeign`.
    func requireSource(_ name: String) throws {
        guard reach != nil else { return }
        let keys = Set(try bases().map(\.key))
        // What an authority tells a school stands at a base of the authority's, and is the school's to take in.
        if let told = InboundSource(name: name)?.base, keys.contains(told) { return }
        if let source = try state.read({ try $0.source(named: name) }) {
            if try reaches(source: source.id) { return }
        } else if let base = try bases().first(where: { $0.key == name }) {
            guard let other = try otherSource(of: base.id) else { return }
            throw CommandError(
                .sourceForeign,
                "The pupils of \(name) are told by the source \(other) already, which is for other schools, too: from a file of "
                    + "its own they would all come in a second time. Ask somebody who imports for the whole store to import it."
            )
        }
        throw CommandError(
            .sourceForeign,
            "The source \(name) is not your school's alone. Import files of your school by themselves, or ask somebody who "
                + "imports for the whole store."
        )
    }

    /// The name of a source of the schools' own that tells of a school; nil for none.
    private func otherSource(of base: BaseID) throws -> String? {
        try state.read { snapshot in
            try snapshot.sources().first { source in
                try InboundSource(name: source.name) == nil && snapshot.bases(of: source.id).contains(base)
            }?.name
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
