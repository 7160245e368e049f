import EventLog
import Foundation
import Identifiers
import Projections
import School
import Transfer

/// Files that this store delivered, still lie where they were delivered, and tell what is kept back now for a child
/// (rulings 11): who has not fetched one yet is not to learn it from there.
struct ProtectedFiles {
    let session: Session

    /// A file that lies in a recipient's folder.
    struct Lying {
        var run: TaskRun
        var recipient: String
        var folder: String
    }

    /// The files that told of any of these pupils and lie in a folder that can be seen from here.
    func lying(about pupils: Set<SubjectID>) throws -> [Lying] {
        let runs = try session.state.read { snapshot in
            var runs: Set<RunID> = []
            for pupil in pupils { runs.formUnion(try snapshot.runs(telling: pupil, in: session.log)) }
            return runs
        }
        return try runs.sorted().compactMap { id in
            try session.state.read { snapshot -> Lying? in
                guard let run = try snapshot.taskRun(id), run.state == .exported || run.mayHaveLeft,
                    !run.file.isEmpty,
                    let recipient = try snapshot.recipient(run.recipient), !recipient.folder.isEmpty,
                    FileManager.default.fileExists(atPath: recipient.folder + "/" + run.file)
                else { return nil }
                return Lying(run: run, recipient: recipient.name, folder: recipient.folder)
            }
        }
    }

    /// Makes the files anew without what is kept back now; doing it again does no harm.
    ///
    /// - Returns: how many were made anew, or removed because that could not be.
    @discardableResult
    func takeBack(about pupils: Set<SubjectID>) throws -> Int {
        guard !pupils.isEmpty else { return 0 }
        let files = try lying(about: pupils)
        let redaction = Redaction(log: session.log, states: session.transferStates, prover: session.transferProver())
        for file in files {
            switch try redaction.redact(
                run: file.run.startedAt,
                file.run.id,
                data: file.run.file,
                in: file.folder,
                removingWhatFails: false
            ) {
            case .gone: break
            case .remade:
                session.console.remark(
                    "\(file.run.file) still lay in the folder of \(file.recipient): it was made anew without what is kept "
                        + "back now."
                )
            case .removed:
                session.console.remark(
                    "\(file.run.file) still lay in the folder of \(file.recipient), and could not be made anew without "
                        + "what is kept back now: it was removed. Send what else it told with `syncd task run --snapshot`."
                )
            }
        }
        return files.count
    }

    /// The pupils of whom more may be kept back since a position, and who else has a carer in common with them.
    func concerned(after position: Position) throws -> Set<SubjectID> {
        try session.state.read { snapshot in
            let end = try snapshot.checkpoint().position
            var found: Set<SubjectID> = []
            for base in try snapshot.bases() {
                try snapshot.changes(at: base.id, after: position, to: end) { change in
                    guard case .group(.protection, _) = change.what,
                        try snapshot.protection(of: change.entity) != .none
                    else { return true }
                    found.insert(change.entity)
                    return true
                }
            }
            for pupil in found { found.formUnion(try snapshot.siblings(of: pupil)) }
            return found
        }
    }
}
