import ArgumentParser
import EventLog
import Foundation
import Identifiers

/// Makes a store from a backup.
struct RestoreCommand: SyncdCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Make a new store from a backup: whole or not at all.",
        discussion: """
            Everything that was erased stays erased: only the newest key file is taken, and what it has no key for is told \
            as erased again. The key-encryption key of its generation must be in the key folder; --custodian brings a \
            custodian's copy there. When another backup, or what is left of the lost store, has a newer key file, name it \
            with --keys. With --to the store is made as it was at that event, or at that time.

            Beside a store that still lives, bring a copy of its key with --custodian, as in the second example: two stores \
            that have their key in one folder close each other when keys change.

            Example: syncd restore /media/backup/school school --custodian /media/head-teacher
            Example: syncd restore /media/backup/school aside --to "28/11/2026 17:00:00" --custodian school.keys
            """
    )

    @Argument(help: ArgumentHelp("The folder with the backup.", valueName: "folder"), completion: .directory)
    var folder: String

    @Argument(help: ArgumentHelp("The store's folder: a new one.", valueName: "store"), completion: .directory)
    var target: String

    @Option(help: ArgumentHelp("The last event that counts, or a day or time.", valueName: "position|date"))
    var to: Moment?

    @Option(
        help: ArgumentHelp(
            "Where a newer key file may lie: another backup, or a store's folder keys; may be repeated.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var keys: [String] = []

    @Option(
        help: ArgumentHelp("A custodian's folder with the key-encryption key.", valueName: "folder"),
        completion: .directory
    )
    var custodian: String?

    @Option(
        help: ArgumentHelp("Which set of the backup; the newest that was finished if not given.", valueName: "number")
    )
    var set: Int?

    @Flag(
        help: "The disk was lost while keys were changed: take the key file from before. Not while it may come back."
    )
    var olderKeys = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(_ console: Console, _ surroundings: Surroundings) throws {
        let find = { StorePlace.absolute($0, in: surroundings.directory) }
        let folder = BackupFolder(find(folder))
        let place = StorePlace(making: target, global, surroundings)
        let source = try BackupSource(folder, set: set)
        let restorer = StoreRestorer(source: source, place: place, console: console, surroundings: surroundings)
        let outcome = try restorer.restore(
            to: to,
            keyFolders: keys.map(find),
            custodian: custodian.map(find),
            acceptsOlderKeys: olderKeys
        )
        try finish(console, surroundings)
        for left in place.layout.cutOffBeside() {
            console.warn("\(left) is left of a restore that was cut off, and holds data in clear: remove it.")
        }
        try tell(outcome, place, console)
    }

    /// Goes on with what erasures have left to do, on the store in its place.
    private func finish(_ console: Console, _ surroundings: Surroundings) throws {
        var options = global
        options.store = target
        let store = try OpenStore(options, purpose: "syncd restore", console: console, surroundings: surroundings)
        do {
            try Session(on: store, options, console: console, surroundings: surroundings).goOnWithErasure()
        } catch {
            try? store.close()
            throw error
        }
        try store.close()
    }

    private func tell(_ outcome: StoreRestorer.Outcome, _ place: StorePlace, _ console: Console) throws {
        try console.say([
            "store": .string(place.layout.root), "through": JSON(outcome.through.rawValue),
            "recordedAt": .string(LondonTime.iso(outcome.recordedAt)), "epoch": JSON(outcome.epoch),
            "keyGeneration": JSON(outcome.generation), "erasedAgain": JSON(outcome.erasedAgain),
        ])
        var lines = [
            "\(place.layout.root) is as the store was at event \(Counts.grouped(outcome.through.rawValue)), recorded "
                + "\(LondonTime.text(outcome.recordedAt)); epoch \(outcome.epoch) has begun."
        ]
        if outcome.erasedAgain > 0 {
            lines.append(
                "\(Counts.of(outcome.erasedAgain, "erasure")) of after it carried out again: nobody of them came back."
            )
        }
        if custodian == nil {
            lines.append(
                "The store from before must not be used any more: both have their key in \(try place.keyPlace())."
            )
        }
        lines.append(
            """
            What was recorded after that is lost. Next:
              import the newest exports; repeat what was withdrawn, held or opted out since;
              `syncd restore confirm`: until then no file leaves; the next run of each task sends everything;
              consumers of `syncd changes` begin anew: their cursors are refused;
              `syncd audit verify`, and a new backup.
            """
        )
        try console.say(lines.joined(separator: "\n"))
    }
}
