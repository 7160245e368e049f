import EventLog
import Foundation
import Identifiers
import Projections
import Transfer

/// Files that this store wrote and that hold erased people: here and where they were delivered.
struct ErasedFiles {
    let session: Session

    /// Takes the erased out of the files of runs; doing it again does no harm.
    ///
    /// - Returns: how many files were removed or made again.
    func purge(runs: Set<RunID>) throws -> Int {
        var files = 0
        let redaction = Redaction(log: session.log, states: session.transferStates)
        for id in runs.sorted() {
            try Outbox(folder: session.place.layout.outbox).discard(id)
            let found = try session.state.read { snapshot -> (TaskRun, String)? in
                guard let run = try snapshot.taskRun(id), !run.file.isEmpty,
                    let recipient = try snapshot.recipient(run.recipient)
                else { return nil }
                return (run, recipient.folder)
            }
            guard let (run, folder) = found, FileManager.default.fileExists(atPath: folder) else { continue }
            switch try redaction.redact(run: run.startedAt, data: run.file, in: folder) {
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
        clearTemporary()
        return files
    }

    /// What was being made when a process was killed.
    private func clearTemporary() {
        let folder = session.place.layout.temporary
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }
}
