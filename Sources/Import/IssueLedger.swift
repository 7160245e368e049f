import EventLog
import Events
import Identifiers
import Projections
import School

/// Lays the data issues that the files have beside those that are open: what is new is raised, what stands elsewhere or
/// holds another value is told again, what was mended or is no longer there is resolved, and the rest was seen again.
struct IssueLedger {
    let survey: Survey
    let reconciler: Reconciler
    let bases: BaseBook
    let composer: EventComposer

    /// What the files come to.
    struct Outcome {
        var events: [NewEvent] = []
        var raised = 0
        var resolved = 0
        var open = 0
        var seen: [IssueID] = []
    }

    /// By what an issue is known again in other files: not by its line, which every row above it moves.
    private struct Name: Hashable {
        var kinds: [UInt8]
        var groups: [UInt16]
        /// The base of a registration: one pupil may have several.
        var base: BaseID?
        var key: String
        var field: String
        var rule: IssueRule
        var occurrence: UInt32
        /// File, line and value, where no key could be read.
        var place: String
    }

    private static let people: Set<EntityKind> = [.pupil, .contact, .teacher]

    /// Settles the issues.
    ///
    /// - Parameter generator: draws the identities of new ones.
    func settle(using generator: inout RandomNumbers) throws -> Outcome {
        var outcome = Outcome()
        var known: [Name: DataIssue] = [:]
        // Two of one name come of an undo that opens what a later run has raised anew.
        var doubles: [DataIssue] = []
        try survey.store.forEachOpenIssue(of: survey.source) { issue in
            if let other = known.updateValue(issue, forKey: name(of: issue)) { doubles.append(other) }
        }
        var occurrences: [Name: UInt32] = [:]
        for issue in survey.dataIssues.issues {
            guard let told = try told(issue) else { continue }
            var name = name(of: told)
            let occurrence = occurrences[name, default: 0]
            occurrences[name] = occurrence + 1
            name.occurrence = occurrence
            outcome.open += 1
            if let before = known.removeValue(forKey: name) {
                guard !isSame(before, told) else {
                    outcome.seen.append(before.id)
                    continue
                }
                outcome.events.append(try composer.raised(told, id: before.id, occurrence: occurrence))
            } else {
                let id = IssueID.random(using: &generator)
                outcome.events.append(try composer.raised(told, id: id, occurrence: occurrence))
            }
            outcome.raised += 1
        }
        for double in doubles {
            outcome.events.append(try composer.resolved(double, .gone))
            outcome.resolved += 1
        }
        for before in known.values.sorted(by: { $0.number < $1.number }) {
            guard let how = try resolution(of: before) else {
                outcome.open += 1
                continue
            }
            outcome.events.append(try composer.resolved(before, how))
            outcome.resolved += 1
        }
        return outcome
    }

    /// An issue with the base and the person that it belongs to; nil when it is of a base that the run is not about.
    private func told(_ issue: RowIssue) throws -> ToldIssue? {
        let kinds = issue.kinds.sorted { $0.rawValue < $1.rawValue }
        var subject: SubjectID?
        var base = try issue.base.flatMap { try bases.id(of: $0) }
        var about = kinds.map { ($0 == .registration ? EntityKind.pupil : $0, issue.key) }
        if let person = issue.person { about.append((person.kind, person.key)) }
        for case (let kind, let key?) in about {
            if let entity = try survey.store.entity(survey.source, kind, key: key) {
                subject = try survey.store.owner(of: entity.id) ?? entity.id
                base = base ?? entity.base
                break
            }
            // Whoever comes in with these files is known from now on.
            guard Self.people.contains(kind), let entry = try survey.scratch.entry(kind, key), entry.stands else {
                continue
            }
            subject = entry.id
            base = base ?? entry.base
            break
        }
        if base == nil, issue.key == nil, bases.needed.count == 1 { base = bases.needed.first }
        if let base, !bases.includes(base) { return nil }
        return ToldIssue(row: issue, kinds: kinds, base: base ?? survey.store.owner, subject: subject)
    }

    /// How an open issue that the files do not have any more came to its end; nil when they say nothing of it.
    private func resolution(of issue: DataIssue) throws -> DataIssue.How? {
        // Among the omitted ones could be any.
        guard survey.dataIssues.omitted == 0 else { return nil }
        if try isTold(issue) { return .mended }
        return isCovered(issue) ? .gone : nil
    }

    /// The files tell well what the row was about.
    private func isTold(_ issue: DataIssue) throws -> Bool {
        guard !issue.key.isEmpty else { return false }
        let groups = issue.groups.compactMap(DataGroup.init(rawValue:))
        for kind in issue.kinds.compactMap(EntityKind.init(rawValue:)) {
            if kind == .registration {
                let entry = try survey.scratch.entry(.pupil, issue.key)
                if entry?.registrations.contains(where: { $0.saying == .told && $0.base == issue.base }) == true {
                    return true
                }
                continue
            }
            guard let entry = try survey.scratch.entry(kind, issue.key) else { continue }
            if entry.flags.contains(.isDeleted) { return true }
            let tells = groups.allSatisfy { group in
                if group == kind.ownGroup { return entry.stands }
                if group == .registration, kind == .pupil { return entry.registrations.contains { $0.saying == .told } }
                return entry.groups[group].map { $0.saying != .held } ?? false
            }
            if groups.isEmpty ? entry.stands : tells { return true }
        }
        return false
    }

    /// The files tell everything of the sort, so what they do not have is not there.
    ///
    /// Marks and sessions come for a window of time: one that is not told is not mended.
    private func isCovered(_ issue: DataIssue) -> Bool {
        guard survey.request.mode == .full else { return false }
        let isOfStore = issue.base == survey.store.owner
        guard isOfStore ? survey.request.base == nil : reconciler.bases.contains(issue.base) else { return false }
        let kinds = issue.kinds.compactMap(EntityKind.init(rawValue:))
        let groups = issue.groups.compactMap(DataGroup.init(rawValue:))
        let coverage = survey.files.coverage
        return kinds.isEmpty
            || kinds.contains { kind in
                if kind == .mark || kind == .session { return false }
                if kind == .registration || groups == [.registration] { return coverage.tellsRegistrations }
                guard let covered = coverage.groups[kind] else { return false }
                return groups.isEmpty || !covered.isDisjoint(with: groups)
            }
    }

    private func isSame(_ before: DataIssue, _ told: ToldIssue) -> Bool {
        before.file == told.row.file && before.line == UInt32(clamping: told.row.line)
            && before.reason == told.row.reason && before.value == (told.row.value ?? "")
            && before.isParked == (told.row.effect == .parked)
    }

    private func name(of issue: DataIssue) -> Name {
        Name(
            kinds: issue.kinds,
            groups: issue.groups,
            base: issue.kinds.contains(EntityKind.registration.rawValue) ? issue.base : nil,
            key: issue.key,
            field: issue.field,
            rule: issue.rule,
            occurrence: issue.occurrence,
            place: issue.key.isEmpty ? "\(issue.file)\u{1F}\(issue.line)\u{1F}\(issue.value)" : ""
        )
    }

    private func name(of told: ToldIssue) -> Name {
        let row = told.row
        return Name(
            kinds: told.kinds.map(\.rawValue),
            groups: told.groups.map(\.rawValue),
            base: told.kinds.contains(.registration) ? told.base : nil,
            key: row.key ?? "",
            field: row.field,
            rule: row.rule,
            occurrence: 0,
            place: (row.key ?? "").isEmpty ? "\(row.file)\u{1F}\(row.line)\u{1F}\(row.value ?? "")" : ""
        )
    }
}

/// An issue of the files, with whom it is about.
struct ToldIssue {
    var row: RowIssue
    /// The kinds, in the order of their numbers.
    var kinds: [EntityKind]
    /// The base that it belongs to; the store's owner when the row names none.
    var base: BaseID
    /// Whose key seals the value; nil when nobody is known.
    var subject: SubjectID?

    /// The groups, in the order of their numbers.
    var groups: [DataGroup] { row.groups.sorted { $0.rawValue < $1.rawValue } }
}
