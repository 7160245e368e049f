import EventLog
import Foundation
import Identifiers
import Projections
import School
import Transfer

/// Files that this store wrote and that hold erased people: here and where they were delivered.
struct ErasedFiles {
    let session: Session

    /// Takes the erased out of the files of runs; doing it again does no harm.
    ///
    /// - Returns: how many files were removed or made again.
    func purge(runs: Set<RunID>) throws -> Int {
        var files = 0
        let redaction = Redaction(log: session.log, states: session.transferStates, prover: session.transferProver())
        for id in runs.sorted() {
            try Outbox(folder: session.place.layout.outbox).discard(id)
            let found = try session.state.read { snapshot -> (TaskRun, Projections.Recipient)? in
                guard let run = try snapshot.taskRun(id), !run.file.isEmpty,
                    let recipient = try snapshot.recipient(run.recipient)
                else { return nil }
                return (run, recipient)
            }
            guard let (run, recipient) = found else { continue }
            guard FileManager.default.fileExists(atPath: recipient.folder) else {
                try tellUnreachable(run, recipient)
                continue
            }
            switch try redaction.redact(
                run: run.startedAt,
                run.id,
                data: run.file,
                in: recipient.folder,
                removingWhatFails: true
            ) {
            case .gone: break
            case .remade: files += 1
            case .removed:
                files += 1
                session.console.remark(
                    "\(run.file) held people who are erased, and could not be made again without them: it was removed. "
                        + "Send what else it told with `syncd task run --snapshot`."
                )
            }
        }
        return files
    }

    /// Files that left for where nobody can look: the recipient is asked to erase, and somebody may have to see to it.
    private func tellUnreachable(_ run: TaskRun, _ recipient: Projections.Recipient) throws {
        let isFolder = try recipient.ruled().way == .folder
        session.console.remark(
            isFolder
                ? "\(run.file) told of people who are erased, and the folder of \(recipient.name) is not there: if the file "
                    + "still lies in it, delete it."
                : "\(run.file) told of people who are erased, and was sent to \(recipient.name): its next file asks to erase them."
        )
    }
}
