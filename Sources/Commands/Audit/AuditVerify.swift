import ArgumentParser
import Audit
import EventLog
import LMDB
import Projections

/// Checks a store from its first event to its last.
struct AuditVerify: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read the whole log and check that nobody has changed it.",
        discussion: """
            Every event and sealed part is hashed again, every tree computed again, and the heads that were recorded on \
            the way must be those of the events before them. With --since the log must also have gone through a \
            checkpoint that was kept elsewhere: that is what shows a log that was changed and signed anew. Exit code 1 \
            when anything is wrong. With --state everything that is computed from the log is computed anew, too.

            For a look in between: --base reads one school's events, and --quick with --since reads only what came after the \
            checkpoint; what comes before is taken as the trees have it.

            Example: syncd audit verify --store school --since checkpoint.txt
            Example: syncd audit verify --store school --since checkpoint.txt --quick
            Example: syncd audit verify --store school --base 8201001
            """
    )

    @Option(
        help: ArgumentHelp("A checkpoint that was kept; may be given several times.", valueName: "file"),
        completion: .file()
    )
    var since: [InputPath] = []

    @Option(help: ArgumentHelp("Only this school's events.", valueName: "key"))
    var base: String?

    @Flag(help: "Read only what came after the checkpoint of --since.")
    var quick = false

    @Flag(help: "Also compute what commands show anew from the log, and compare it row by row.")
    var state = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        if quick, since.count != 1 { throw ValidationError("--quick goes with one --since.") }
        if quick, base != nil { throw ValidationError("--quick goes without --base: give the school's checkpoint.") }
        if state, quick || base != nil { throw ValidationError("--state goes without --quick and --base.") }
    }

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let kept = try since.map { (file: $0.path, note: try SignedNote(file: $0.path)) }
        let end = session.log.durableEnd
        let audit = try session.store.auditTrail()
        func progress(_ position: Position) {
            session.console.progress(
                "Checked \(Counts.grouped(position.rawValue)) of \(Counts.of(end.rawValue, "event"))"
            )
        }
        var report: VerifyReport
        if let base {
            let tree = audit.tree(of: try session.base(base).id)
            try audit.catchUp()
            report = try audit.verify(tree, progress)
        } else if quick, let note = kept.first?.note {
            try audit.catchUp()
            do {
                report = try audit.verify(since: note, progress)
            } catch let error as AuditError {
                report = VerifyReport()
                report.add(.changed, nil, error.message)
            }
        } else {
            report = try audit.verify(progress)
        }
        session.console.endProgress()
        if state { try checkState(session, &report) }
        let checkpoints = report.isIntact ? try check(kept, audit) : []
        let isGood = report.isIntact && checkpoints.allSatisfy { $0.failure == nil }
        try session.console.say(json(report, checkpoints, isGood))
        try session.console.say(text(report, checkpoints))
        guard isGood else { throw ExitCode(1) }
    }

    /// State against what the log makes it.
    private func checkState(_ session: Session, _ report: inout VerifyReport) throws {
        do {
            guard let difference = try session.state.verify().difference else { return }
            report.add(
                .changed,
                nil,
                "state: in table \(difference.table) row \(difference.row) is \(difference.what.rawValue): run `syncd "
                    + "projections rebuild --review`"
            )
        } catch let error as LMDBError {
            report.add(.unreadable, nil, "state: \(error.description)")
        } catch let error as ProjectionError {
            report.add(.unreadable, nil, "state: \(error.message)")
        }
    }

    /// A checkpoint that was given, and what is wrong with it.
    private struct Checked {
        var file: String
        var madeAt: Position?
        var failure: AuditError?
    }

    private func check(_ kept: [(file: String, note: SignedNote)], _ audit: AuditTrail) throws -> [Checked] {
        try kept.map { file, note in
            do {
                return Checked(file: file, madeAt: try audit.check(note).madeAt)
            } catch let error as AuditError {
                return Checked(file: file, failure: error)
            }
        }
    }

    private func json(_ report: VerifyReport, _ checkpoints: [Checked], _ isGood: Bool) -> JSON {
        [
            "intact": .bool(isGood), "through": JSON(report.through.rawValue), "events": JSON(report.events),
            "parts": JSON(report.parts), "trees": JSON(report.trees), "streams": JSON(report.streams),
            "recordedHeads": JSON(report.heads), "erasedParts": JSON(report.erased), "receipts": JSON(report.receipts),
            "epochsBegun": JSON(report.epochs),
            "findings": .array(
                report.findings.map { finding in
                    [
                        "kind": .string(finding.kind.rawValue),
                        "position": finding.position.map { JSON($0.rawValue) } ?? .null,
                        "reason": .string(finding.reason),
                    ]
                }
            ),
            "findingsOmitted": JSON(report.omitted),
            "checkpoints": .array(
                checkpoints.map { checked in
                    [
                        "file": .string(checked.file), "madeAt": checked.madeAt.map { JSON($0.rawValue) } ?? .null,
                        "failure": checked.failure.map { .string($0.message) } ?? .null,
                    ]
                }
            ),
        ]
    }

    private func text(_ report: VerifyReport, _ checkpoints: [Checked]) -> String {
        var lines = [
            "Read \(Counts.of(report.events, "event")) with \(Counts.of(report.parts, "sealed part")), "
                + "\(Counts.of(report.trees, "tree")), \(Counts.of(report.heads, "recorded set of heads", "recorded sets of heads"))."
        ]
        if report.receipts > 0 {
            lines.append(
                "Erased with receipt: \(Counts.of(report.erased, "sealed part")), \(Counts.of(report.receipts, "receipt"))."
            )
        }
        if report.epochs > 0 {
            lines.append(
                "Restored from a backup \(Counts.of(report.epochs, "time")); the trees of before are those that were restored."
            )
        }
        for finding in report.findings { lines.append("\(Self.word(finding.kind)): \(finding.reason)") }
        if report.omitted > 0 { lines.append("… and \(Counts.of(report.omitted, "more finding")).") }
        for checked in checkpoints {
            lines.append(
                checked.failure.map { "WRONG: \(checked.file): \($0.message)" }
                    ?? "The log has gone through \(checked.file), made at event "
                    + "\(Counts.grouped(checked.madeAt?.rawValue ?? 0))."
            )
        }
        let isGood = report.isIntact && checkpoints.allSatisfy { $0.failure == nil }
        let good =
            if quick {
                "Intact since the checkpoint; what came before was not read again."
            } else if base != nil {
                "Intact: this school's events are what their tree says."
            } else {
                "Intact: the log is what its own trees and heads say."
            }
        lines.append(isGood ? good : "NOT intact.")
        if isGood && checkpoints.isEmpty {
            lines.append("A checkpoint kept elsewhere, given with --since, also shows that it was not made anew.")
        }
        return lines.joined(separator: "\n")
    }

    private static func word(_ kind: VerifyReport.Kind) -> String {
        switch kind {
        case .unreadable: "UNREADABLE"
        case .changed: "CHANGED"
        case .keyMissing: "KEY MISSING"
        }
    }
}
