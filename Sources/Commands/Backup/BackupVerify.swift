import ArgumentParser
import EventLog
import Foundation
import Identifiers
import School

/// Reads a backup from its first byte to its last.
struct BackupVerify: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read a backup from its first byte to its last, and tell whether all of it is what was written.",
        discussion: """
            No key is needed for it. With --store, where the store is there, the store remembers it, and `syncd status` \
            tells which backups nobody has verified. Exit code 1 when anything is wrong.

            Example: syncd backup verify /media/backup/school --store school
            """
    )

    @Argument(help: ArgumentHelp("The folder.", valueName: "folder"), completion: .directory)
    var folder: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(_ console: Console, _ surroundings: Surroundings) throws {
        let place = try? StorePlace(global, surroundings)
        if let place, FileManager.default.fileExists(atPath: place.layout.control) {
            return try carryOut(console, surroundings)
        }
        try tell(check(StorePlace.absolute(folder, in: surroundings.directory), console), console)
    }

    func run(in session: Session) throws {
        let path = session.absolute(folder)
        let target = BackupFolder(path)
        if let identity = try? target.identity(), identity.log != session.log.logID {
            throw CommandError(.folderUnusable, "\(path) is the backup of another store: name its store, or none.")
        }
        let found = try check(path, session.console)
        if let identity = target.identity(of: session.log.logID) {
            let event = BackupEvents.verified(
                identity.target,
                through: found.through,
                isSound: found.isSound,
                owner: session.log.owner
            )
            try session.append([event])
        }
        try tell(found, session.console)
    }

    private func check(_ path: String, _ console: Console) throws -> BackupCheck {
        let found = try BackupFolder(path).check { console.progress("Read \(Counts.of($0, "event"))") }
        console.endProgress()
        return found
    }

    private func tell(_ found: BackupCheck, _ console: Console) throws {
        try console.say([
            "sound": .bool(found.isSound), "through": JSON(found.through.rawValue),
            "taken": found.taken.map { .string(LondonTime.iso($0)) } ?? .null, "keyGeneration": JSON(found.generation),
            "sets": .array(found.soundSets.map { JSON($0) }), "events": JSON(found.events),
            "faults": .array(found.faults.map(JSON.string)),
        ])
        var lines = ["Read \(Counts.of(found.events, "event")), keys of generation \(found.generation)."]
        lines += found.faults.map { "DAMAGED: \($0)" }
        if let taken = found.taken, found.through > .origin {
            lines.append(
                "\(found.isSound ? "Sound" : "Whole as far as it goes"): the store up to event "
                    + "\(Counts.grouped(found.through.rawValue)), taken \(LondonTime.text(taken))."
            )
        } else {
            lines.append("Nothing here can be restored from: no backup was finished.")
        }
        try console.say(lines.joined(separator: "\n"))
        if !found.isSound { throw ExitCode(1) }
    }
}
