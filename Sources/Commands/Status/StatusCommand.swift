import ArgumentParser
import EventLog
import Events
import Identifiers
import LMDB
import Projections
import School
import SwiftProtobuf

/// Shows how a store is.
struct StatusCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the store is: its log, schools, imports and tasks, and what waits for somebody.",
        discussion: "Example: syncd status --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let log = session.log
        let bases = try session.bases().map { base in
            (base: base, pupils: try session.state.read { try PupilCount(of: base.id, in: $0) }.present)
        }
        let sources = try session.sources()
        let imports = try session.state.read { snapshot in
            try sources.map { (source: $0, last: try snapshot.importRuns(of: $0.id).last) }
        }
        let owner = try owner(log)
        let backups = try BackupStatus(session)
        // What is under way is not cut off.
        let changing = session.changing()
        let officer = try OfficerStatus(in: session, at: session.now, isChanging: changing != nil)
        let waiting = try backups.sentences + waiting(session, changing) + officer.sentences
        // What an authority tells stands at a base of the authority's own.
        let schools = bases.map(\.base).filter { !$0.isOfAuthority }
        let pupils = bases.filter { !$0.base.isOfAuthority }.reduce(0) { $0 + $1.pupils }
        let onboarding = owner == "school" ? try OnboardingReport(schools, in: session) : nil
        try session.console.say([
            "store": .string(session.place.layout.root), "log": .string(log.logID.hex),
            "owner": .string(owner), "epoch": JSON(log.epoch), "durableEnd": JSON(log.durableEnd.rawValue),
            "generation": JSON(session.state.generation),
            "bases": .array(bases.map { ["base": .string($0.base.key), "pupils": JSON($0.pupils)] }),
            "sources": .array(
                imports.map { source, last in
                    [
                        "source": .string(source.name), "format": .string(source.format),
                        "lastImport": last.map { .string(LondonTime.iso($0.started)) } ?? .null,
                        "complete": last.map { .bool($0.isComplete) } ?? .null,
                    ]
                }
            ),
            "backups": backups.json, "officer": officer.json, "onboarding": onboarding?.json ?? .null,
            "waiting": .array(waiting.map(JSON.string)),
        ])
        try session.console.say(
            """
            \(owner == "school" ? "A school's" : "An authority's") store: \(session.place.layout.root)
              Log       \(Counts.of(log.durableEnd.rawValue, "event")), epoch \(log.epoch)
              Schools   \(schools.count), with \(Counts.of(pupils, "pupil"))
            """
        )
        for (source, last) in imports {
            let when = last.map { LondonTime.text($0.started) + ($0.isComplete ? "" : ", not finished") } ?? "never"
            try session.console.say("  Import    \(source.name) (\(source.format)): last \(when)")
        }
        for line in backups.lines { try session.console.say(line) }
        for line in onboarding?.lines ?? [] { try session.console.say(line) }
        try session.console.say(
            waiting.isEmpty
                ? "Nothing waits for anybody."
                : "Waiting:\n" + waiting.map { "  \($0)" }.joined(separator: "\n")
        )
    }

    private func owner(_ log: EventLog) throws -> String {
        var owner = "school"
        try log.read(LogQuery(type: EventType.storeCreated.number)) { event in
            if try Syncd_Events_StoreCreated(serializedBytes: event.open).owner == .authority { owner = "authority" }
            return false
        }
        return owner
    }

    /// What waits for a person, a sentence each.
    private func waiting(_ session: Session, _ changing: String?) throws -> [String] {
        let isChanging = changing != nil
        var sentences = try waitingInState(session)
        if let changing { sentences.append("`\(changing)` is at work: what it has not finished is not told here.") }
        let sources = try session.sources()
        let runs = try session.state.read { snapshot in
            try sources.map { source in
                var (issues, unprotected) = (0, 0)
                try snapshot.openDataIssues(of: source.id) { issue in
                    issues += 1
                    let isOfProtection = issue.groups.contains(DataGroup.protection.rawValue)
                    if issue.isParked, isOfProtection, session.reaches(issue.base) { unprotected += 1 }
                    return true
                }
                let undone = try snapshot.undoneImports(of: source.id)
                let runs = try snapshot.importRuns(of: source.id).filter { run in
                    !undone.contains { $0.run == run.id && $0.isComplete }
                }
                return (name: source.name, run: runs.last, issues: issues, unprotected: unprotected, undone: undone)
            }
        }
        for (source, run, issues, unprotected, undone) in runs {
            if !isChanging, undone.contains(where: { !$0.isComplete }) {
                sentences.append(
                    "Undoing an import from \(source) was cut off: see `syncd import list`, undo it again."
                )
            }
            if unprotected > 0 {
                sentences.append(
                    "NOT PROTECTED: \(Counts.of(unprotected, "row")) from \(source) about whom to protect did not go in. Find "
                        + "the children with `syncd issues list --open`, and protect them with `syncd pupil protect`."
                )
            }
            if issues > 0 {
                sentences.append(
                    "\(Counts.of(issues, "data issue")) from \(source) open: correct them in the MIS; `syncd issues list` "
                        + "tells them."
                )
            }
            guard let run, !undone.contains(where: { $0.run == run.id }) else { continue }
            // Rows of public lists are told and are no data issues.
            if run.parked > 0 && issues == 0 {
                sentences.append("\(Counts.of(run.parked, "row")) from \(source) parked: correct them in the file.")
            }
            let held = run.counts.reduce(0) { $0 + $1.held }
            if !isChanging, !run.isComplete {
                sentences.append("The import from \(source) was cut off: run the same command again.")
            }
            if held > 0 {
                sentences.append(
                    "\(Counts.of(held, "removal")) from \(source) held: import again with --allow-removals if right."
                )
            }
        }
        for base in try session.bases() {
            for acceptance in try session.state.read({ try $0.acceptances(at: base.id) })
            where acceptance.state == .lapsed {
                sentences.append(
                    "\(base.title) has a new legal owner: \(acceptance.report) has lapsed until its head says "
                        + "`syncd consent accept \(acceptance.report) --base \(base.key)`."
                )
            }
        }
        return sentences
    }

    /// What state itself waits for.
    private func waitingInState(_ session: Session) throws -> [String] {
        var sentences: [String] = []
        if let alarm = try session.witnessBook().alarm { sentences.append(alarm.sentence) }
        let custody = try KeyCustody(of: session)
        if custody.changed != nil || !custody.copies.isEmpty { sentences += custody.warnings }
        sentences += try OrdersAhead(session, at: session.now).sentences
        sentences += try NoticeBook(session).sentences
        let parked = try session.state.read { try $0.parkedEvents() }
        if !parked.isEmpty {
            sentences.append(
                "State could not take in \(Counts.of(parked.count, "event")): see `syncd projections parked list`."
            )
        }
        if let build = session.state.unpublishedBuild {
            sentences.append(
                "A rebuild of state stands at event \(Counts.grouped(build.rawValue)): see `syncd projections list`."
            )
        }
        for reader in try session.store.longReaders() {
            sentences.append(
                "Somebody has read \(reader.file) for \(Counts.of(Int(reader.seconds), "second")), and its file grows "
                    + "meanwhile: end that command."
            )
        }
        return sentences
    }
}
