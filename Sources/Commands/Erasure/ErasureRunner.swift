import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf
import Transfer

/// Carries out orders to erase, in steps of which each may be cut off and is gone on with at the next start
/// (docs/decisions/0100):
/// begun, in the log → fences → next generation of keys → receipts, in the log → state copied anew → files → completed.
struct ErasureRunner {
    let session: Session

    /// What was done.
    struct Outcome {
        /// People whose data went, and contacts that went with them.
        var people = 0
        var contacts = 0
        /// People of whom figures stay, without a name.
        var anonymised = 0
        /// Files of runs that were removed or made again without them.
        var files = 0
        /// Whose data stay for now, and why.
        var kept: [ErasurePlan.Kept] = []
        /// The generation of keys afterwards.
        var generation: UInt32 = 0
    }

    /// Carries out what is due: what `serve` does when it is due, and `leavers run`.
    ///
    /// - Parameter now: decides what is due; nil for every order that is open.
    func carryOutDue(at now: Timestamp?) throws -> Outcome {
        try carryOut(session.state.read { try $0.erasureOrders() }.filter { $0.isOpen && (now.map($0.isDue) ?? true) })
    }

    /// Goes on with what was begun and cut off.
    ///
    /// - Returns: nil when there is nothing.
    func resume() throws -> Outcome? {
        let cutOff = try session.state.read { snapshot in
            try snapshot.erasureOrders().filter { try $0.isUnfinished(in: snapshot) }
        }
        guard !cutOff.isEmpty else { return nil }
        var outcome = Outcome()
        try finish(cutOff, &outcome)
        return outcome
    }

    /// Carries out orders.
    ///
    /// Durable on return.
    func carryOut(_ orders: [ErasureOrder]) throws -> Outcome {
        var outcome = Outcome()
        guard !orders.isEmpty else {
            outcome.generation = session.log.keyGeneration
            return outcome
        }
        if let outdated = session.state.outdated.first {
            throw CommandError(
                .stateDiffers,
                "State has rows of another version (\(outdated.name)), of which nothing can be erased. Accept a rebuild first: "
                    + "`syncd projections rebuild --review`, then `--accept`."
            )
        }
        // Before anything is begun: the key that is replaced must not be the only one that opens what others need.
        try BackupTargets(session).requireOne()
        try BackupTargets(session).requireConfirmed()
        for order in orders { try begin(order, &outcome) }
        try finish(orders, &outcome)
        return outcome
    }

    /// Decides what goes, and puts it into the log: from here on it goes through.
    private func begin(_ order: ErasureOrder, _ outcome: inout Outcome) throws {
        let today = try session.today()
        let groups = order.groups.compactMap(DataGroup.init(rawValue:))
        let plan = try session.state.read { snapshot in
            let queued = try snapshot.subjects(of: order.id).filter { $0.state == .queued }.map(\.subject)
            return try ErasurePlan(
                queued,
                groups: groups,
                isOfSource: snapshot.isOfSource(order.id),
                today: today,
                in: snapshot,
                session.log
            )
        }
        outcome.kept += plan.kept
        guard !plan.people.isEmpty else { return try endWithout(plan, order) }
        outcome.people += plan.named
        outcome.contacts += plan.going.contacts
        let fences = try plan.people.map { try $0.erased.fences(runs: $0.runs) }
        var owner: [SubjectID: Int] = [:]
        for (index, fences) in fences.enumerated() { for fence in fences { owner[fence.subject] = index } }
        var erased = plan.people.map(\.erased)
        for (key, id) in try session.log.keys(behind: fences.reduce(into: []) { $0.formUnion($1) }) {
            if let index = owner[key.subject] { erased[index].keys.append(contentsOf: id.bytes) }
        }
        let figures = try PupilFigures.read(plan.people.filter(\.leavesFigures).map(\.entity), in: session)
        outcome.anonymised += figures.count { !$0.value.isEmpty }
        var steps: [BeginningBatches.Step] = []
        for (person, var erased) in zip(plan.people, erased) {
            if erased.groups.isEmpty { erased.suppression = Data(try suppression(of: person.entity)) }
            let begun = ErasureEvents.begun(erased, in: order.id, at: person.entity.base)
            let years = figures[person.entity.id] ?? []
            let kept = years.isEmpty ? nil : KeptFigures.kept(years, as: session.draw(), at: person.entity.base)
            steps.append(BeginningBatches.Step(begun: begun, figures: kept))
        }
        for batch in BeginningBatches(steps) { try session.append(batch) }
    }

    /// Ends an order of which nothing is left to do: another has erased them, or the MIS tells of them again.
    private func endWithout(_ plan: ErasurePlan, _ order: ErasureOrder) throws {
        let isUnderWay = try session.state.read { try $0.subjects(of: order.id) }.contains { $0.state == .begun }
        guard !isUnderWay, plan.kept.allSatisfy({ $0.obstacle == .toldAgain }) else { return }
        let note = try session.actor().note("Nothing is left to erase")
        try session.append([ErasureEvents.withdrawn(order.id, at: order.base, note: note)])
    }

    /// What tells an erased person who is told again: a code of the key in the MIS under the base's own key.
    private func suppression(of entity: Entity) throws -> [UInt8] {
        let dataClass = DataClass(rawValue: DataGroup.suppression.rawValue)
        let base = SubjectID(entity.base)
        try session.log.makeKey(for: KeyOwner(subject: base, dataClass: dataClass))
        let told = SuppressionCode.input(entity.source, entity.kind, entity.key)
        return try session.log.keyedHash(of: told, subject: base, dataClass: dataClass) ?? []
    }

    /// Goes from what has begun to the end.
    private func finish(_ orders: [ErasureOrder], _ outcome: inout Outcome) throws {
        let unfinished = try session.state.read { snapshot in
            try orders.filter { try $0.isUnfinished(in: snapshot) }
        }
        let works = try unfinished.map { try Work(of: $0, in: session) }
        outcome.generation = session.log.keyGeneration
        guard !works.isEmpty else { return }
        let fences = try works.reduce(into: Set<KeyFence>()) { $0.formUnion(try $1.fences()) }
        session.console.progress("Destroying keys")
        try session.log.fence(Array(fences))
        if try !session.log.keys(behind: fences).isEmpty { try session.rotateKeys(finishing: true) }
        outcome.generation = session.log.keyGeneration
        let receipts = works.flatMap { work in
            work.people.filter { !$0.isDone }.map { person in
                ErasureEvents.erased(person.erased, in: work.order.id, at: person.base, generation: outcome.generation)
            }
        }
        try session.appendInBatches(receipts)
        session.console.progress("Making state anew")
        if !session.testSettings.keepsStatePages { try session.state.compact() }
        session.console.progress("Removing files")
        let runs = works.reduce(into: Set<RunID>()) { $0.formUnion($1.runs) }
        let files = try ErasedFiles(session: session).purge(runs: runs)
        outcome.files += files
        session.console.endProgress()
        let completed = try session.state.read { snapshot in
            try works.map(\.order).map { order in
                let isOpen = try snapshot.subjects(of: order.id).contains { $0.state == .queued }
                return ErasureEvents.completed(order.id, at: order.base, files: files, isOpen: isOpen)
            }
        }
        try session.appendInBatches(completed)
    }

    /// What the log says of an order's people: what goes with each, and whether the receipt is there.
    struct Work {
        struct Person {
            var erased: Syncd_Events_ErasedSubject
            var base: BaseID
            var isDone: Bool
            var runs: Set<RunID>
        }

        let order: ErasureOrder
        var people: [Person] = []

        init(of order: ErasureOrder, in session: Session) throws {
            self.order = order
            var found: [Data: Person] = [:]
            try session.log.read(LogQuery(stream: order.stream)) { event in
                guard let plan = try ErasureEvents.plan(event) else { return true }
                found[plan.erased.subject] = Person(
                    erased: plan.erased,
                    base: event.base,
                    isDone: plan.isDone,
                    runs: []
                )
                return true
            }
            for var person in found.values {
                guard let subject = SubjectID(bytes: person.erased.subject) else { continue }
                person.runs = try session.state.read { try $0.runs(telling: subject, in: session.log) }
                people.append(person)
            }
            people.sort { $0.erased.subject.lexicographicallyPrecedes($1.erased.subject) }
        }

        var runs: Set<RunID> { people.reduce(into: []) { $0.formUnion($1.runs) } }

        func fences() throws -> Set<KeyFence> {
            try people.reduce(into: []) { $0.formUnion(try $1.erased.fences(runs: $1.runs)) }
        }
    }
}

extension ErasureOrder {
    /// True when it is to be carried out at a time.
    func isDue(at now: Timestamp) -> Bool { due <= now }

    /// True when something of it has begun that has not come to its end.
    func isUnfinished(in snapshot: borrowing Snapshot) throws -> Bool {
        try isOpen
            && snapshot.subjects(of: id).contains { person in
                switch person.state {
                case .queued: false
                case .begun: true
                case .erased:
                    try snapshot.erasures(of: person.subject).contains { $0.order == id && $0.at > purged }
                }
            }
    }
}
