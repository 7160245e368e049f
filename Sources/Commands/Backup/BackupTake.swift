import ArgumentParser
import EventLog
import Foundation
import Identifiers
import School

/// Takes a backup.
struct BackupTake: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "take",
        abstract: "Back the store up into a folder: what has come since the last time, read back as it is written.",
        discussion: """
            It runs beside everything else. Cut off, the next one goes on where it was. With --full everything is copied \
            anew, beside what is there; `syncd backup prune` takes older ones away. The folder is remembered: after an \
            erasure the new keys are brought there, for older ones open nothing any more.

            Example: syncd backup /media/backup/school --store school
            """
    )

    @Argument(
        help: ArgumentHelp("A folder on another disk; one for each store.", valueName: "folder"),
        completion: .directory
    )
    var folder: String

    @Flag(help: "Copy everything anew, and not only what has come since.")
    var full = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let path = try session.backupFolder(folder)
        let target = BackupFolder(path)
        let (end, progress) = (session.log.durableEnd, WorkProgress())
        let report = try session.log.backUp(to: target, at: session.now, beginsSet: full) { position in
            session.console.progress(
                "Backup: " + progress.text(position.rawValue, of: end.rawValue, "event", at: session.now)
            )
        }
        session.console.endProgress()
        try BackupTargets(session).noteErasures(in: target)
        try session.append([BackupEvents.taken(report, in: path, owner: session.log.owner)])
        try session.console.say([
            "folder": .string(path), "target": .string(report.target.hex), "set": JSON(report.set),
            "began": .bool(report.beganSet), "through": JSON(report.through.rawValue), "events": JSON(report.events),
            "bytes": JSON(report.bytes), "keyGeneration": JSON(report.generation),
        ])
        let what = report.beganSet ? "from the first event on" : "since the last backup"
        try session.console.say(
            "\(path) has the store up to event \(Counts.grouped(report.through.rawValue)): \(Counts.of(report.events, "event")) "
                + "written \(what), read back, and keys of generation \(report.generation)."
        )
    }
}

extension Session {
    /// A folder to back up into: there, and apart from the store and its keys.
    ///
    /// - Parameter typed: as it was typed.
    /// - Throws: `folderUnusable`.
    func backupFolder(_ typed: String) throws -> String {
        let path = try existingFolder(absolute(typed), "Mount it, or make it, first.")
        let place = URL(fileURLWithPath: path).resolvingSymlinksInPath().path + "/"
        let store = URL(fileURLWithPath: self.place.layout.root).resolvingSymlinksInPath().path + "/"
        let keys = URL(fileURLWithPath: self.place.keyFolder).resolvingSymlinksInPath().path + "/"
        guard !place.hasPrefix(store), !store.hasPrefix(place) else {
            throw CommandError(
                .folderUnusable,
                "\(path) and the store lie one in the other. A backup lies on another disk."
            )
        }
        guard !place.hasPrefix(keys), !keys.hasPrefix(place) else {
            throw CommandError(
                .folderUnusable,
                "\(path) and the key folder lie one in the other: whoever has that backup could open it. Keep them apart."
            )
        }
        return path
    }
}
