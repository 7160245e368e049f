import EventLog
import Foundation
import Identifiers
import Projections
import Transfer

/// The file of a past run, made again from the log and compared with what left.
struct RunReplay {
    /// The run: the position at which it stands in the log.
    let number: UInt64
    /// Where the files are put; nil to compare only, which shows no personal data to anybody.
    let folder: InputPath?
    /// Why they are opened.
    let reason: String

    /// Makes the file, and says how it compares.
    ///
    /// - Throws: `stateDiffers` when a value is not what left.
    func perform(in session: Session) throws {
        let position = Position(number)
        var written: String?
        if let folder {
            let path = try session.existingFolder(folder.path, "Make it, or name another with --into.")
            try session.recordReading("replay --run", position...position, reason: reason)
            written = path
        }
        let file = try Rerun(log: session.log, states: session.transferStates, prover: session.transferProver())
            .make(run: position)
        if let written { try put(file, into: written) }
        if case .differs = file.verdict {
            throw CommandError(
                .stateDiffers,
                "Run \(number) \(file.verdict.words). Run `syncd projections verify`, and report it."
            )
        }
        try session.console.say([
            "run": JSON(number), "file": .string(file.name), "verdict": .string(file.verdict.words),
            "bytes": JSON(file.data.count), "folder": JSON(written),
        ])
        try session.console.say(
            "\(file.name), \(Counts.bytes(file.data.count)): \(file.verdict.words)."
                + (written.map { " Written to \($0)." } ?? "")
        )
    }

    private func put(_ file: RemadeFile, into folder: String) throws {
        let data = folder + "/" + file.name
        let manifest = folder + "/" + (file.name as NSString).deletingPathExtension + ".manifest.json"
        for (path, bytes) in [(data, file.data), (manifest, file.manifest)] {
            guard !FileManager.default.fileExists(atPath: path) else {
                throw CommandError(.folderUnusable, "\(path) is there already. Name an empty folder with --into.")
            }
            let permissions: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: permissions) else {
                throw CommandError(.folderUnusable, "\(path) could not be written. Name another folder with --into.")
            }
        }
    }
}
