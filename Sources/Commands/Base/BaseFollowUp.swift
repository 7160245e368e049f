import EventLog
import Identifiers
import Projections
import School

/// After a public list was imported: registered schools that it tells to have another number get it, and it is said.
struct BaseFollowUp {
    /// What became of a base.
    struct Step {
        /// The base as it was.
        var base: Base
        /// Its changes, in order.
        var changes: [BaseKeyChange]
        /// The reports that lapsed.
        var lapsed: [String]
        /// Who follows it now, if a person has to look at that.
        var succession: Succession?
    }

    private let session: Session
    private let book: LinkBook
    private let establishments: [String: Establishment]
    private let day: String

    /// Looks the lists up.
    ///
    /// - Parameters:
    ///   - links: the list of links; nil to take what the store has.
    ///   - establishments: the list of schools; nil to take what the store has.
    init(in session: Session, links: [EstablishmentLink]? = nil, establishments: [Establishment]? = nil) throws {
        self.session = session
        book = LinkBook(try links ?? session.state.read { try $0.establishmentLinks() })
        let list = try establishments ?? session.state.read { try $0.establishments() }
        self.establishments = Dictionary(list.map { ($0.urn, $0) }, uniquingKeysWith: { first, _ in first })
        day = LondonTime.day(session.now)
    }

    /// Carries out what the lists say of every base, one batch a base; durable on return.
    ///
    /// - Parameter isDryRun: only says what would be done.
    func run(isDryRun: Bool) throws -> [Step] {
        var steps: [Step] = []
        var numbers = Numbers(try session.bases())
        for base in try session.bases() {
            guard let step = try step(base, numbers, isDryRun: isDryRun) else { continue }
            steps.append(step)
            if !isDryRun, !step.changes.isEmpty { numbers = Numbers(try session.bases()) }
        }
        return steps
    }

    /// The numbers that bases have.
    private struct Numbers {
        let keys: [String: String]
        let laestabs: Set<String>

        init(_ bases: [Base]) {
            keys = Dictionary(bases.filter { !$0.urn.isEmpty }.map { ($0.urn, $0.key) }) { first, _ in first }
            laestabs = Set(bases.map(\.laestab))
        }
    }

    private func step(_ base: Base, _ numbers: Numbers, isDryRun: Bool) throws -> Step? {
        let changes = BaseFollowing.changes(
            of: base.registration,
            in: book,
            others: numbers.keys,
            laestabs: numbers.laestabs,
            establishment: { establishments[$0] },
            on: day
        )
        let urn = changes.compactMap(\.urn?.to).last ?? base.urn
        let left = Succession(of: urn, in: book, others: numbers.keys, on: day)
        guard !changes.isEmpty || left?.needsPerson == true else { return nil }
        var step = Step(base: base, changes: changes, lapsed: [], succession: left)
        guard !changes.isEmpty else { return step }
        var events = changes.map { $0.event(of: base.id) }
        var conditions = [
            StreamCondition(stream: StreamID(base.id), version: try session.log.version(of: StreamID(base.id)))
        ]
        var lapse: NewController?
        if changes.contains(where: \.hasNewController) {
            let found = try NewController(at: base.id, in: session, asks: !isDryRun)
            step.lapsed = found.reports
            events += found.events
            conditions += found.conditions
            lapse = found
        }
        guard !isDryRun else { return step }
        try session.append(events, conditions: conditions)
        try lapse?.endInterrupted(in: session)
        return step
    }
}

extension BaseFollowUp.Step {
    /// For people, a sentence each.
    var sentences: [String] {
        changes.map { $0.sentence(of: base.title) } + (lapsedSentence.map { [$0] } ?? [])
            + (succession.map { [$0.sentence(of: base)] } ?? [])
    }

    /// For machines.
    var json: JSON {
        [
            "base": .string(base.key), "changes": .array(changes.map(\.json)),
            "lapsed": .array(lapsed.map(JSON.string)), "followedBy": succession?.json ?? .null,
        ]
    }

    private var lapsedSentence: String? {
        guard !lapsed.isEmpty else { return nil }
        return "\(base.title): \(lapsed.joined(separator: ", ")) lapsed; nothing leaves until the new head says "
            + "`syncd consent accept \(lapsed[0]) --base \(base.key)`."
    }
}
