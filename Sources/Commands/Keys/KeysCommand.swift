import ArgumentParser
import EventLog
import Foundation
import Identifiers
import Projections
import School
import Sealing

/// The keys of a store.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "See how the store's keys are, copy the key of keys to a custodian, and renew it.",
        discussion: """
            Every person's data are sealed under keys of their own; they lie in the store, sealed under one key-encryption \
            key, which lies elsewhere and is replaced at every erasure.

            Example: syncd keys status --store school
            """,
        subcommands: [KeysStatus.self, KeysCopy.self, KeysRotate.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Shows how keys and their copies are.
struct KeysStatus: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the generation of keys, and which custodians' copies are of an older one.",
        discussion: "Example: syncd keys status --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let custody = try KeyCustody(of: session)
        try session.console.say([
            "generation": JSON(custody.generation), "keys": JSON(session.log.keyCount),
            "changed": custody.changed.map { .string(LondonTime.iso($0)) } ?? .null,
            "copies": .array(
                custody.copies.map { place, copy in
                    [
                        "place": .string(place.hex), "generation": JSON(copy.generation),
                        "made": .string(LondonTime.iso(copy.when)),
                        "renewBy": custody.isOld(copy) ? JSON(custody.renewBy.map(LondonTime.iso)) : .null,
                    ]
                }
            ),
        ])
        let when = custody.changed.map { ", since \(LondonTime.text($0))" } ?? ""
        try session.console.say(
            "Generation \(custody.generation)\(when), \(Counts.of(session.log.keyCount, "key")), in \(try session.place.keyPlace())"
        )
        for (place, copy) in custody.copies {
            let made = LondonTime.text(copy.when)
            try session.console.say("  Copy \(place.hex.prefix(8))  generation \(copy.generation), made \(made)")
        }
        for warning in custody.warnings { try session.console.say(warning) }
    }
}

/// Copies the key-encryption key to a custodian's place.
struct KeysCopy: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "Copy the key-encryption key into a custodian's folder, and destroy older ones there.",
        discussion: """
            Two named officers keep a copy each, apart from the store and its backups: a store without its key is lost. \
            After every erasure the copies are renewed into the same folders within 30 days; renewing destroys the old \
            key there. Until then an old backup and an old copy together open what was erased.

            Example: syncd keys copy /media/head-teacher --store school
            """
    )

    @Argument(help: "The custodian's folder.", completion: .directory)
    var folder: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let path = try session.existingFolder(session.absolute(folder), "Mount it, or make it, first.")
        let target = try KeyFolder(path: path, store: session.place.layout.root, randomness: SystemRandomness())
        let source = try session.place.keySource()
        guard (source as? KeyFolder)?.path != target.path else {
            throw CommandError(.folderUnusable, "\(path) is where the key is kept. A copy lies elsewhere.")
        }
        let generation = session.log.keyGeneration
        let destroyed = try target.renew(log: session.log.logID, generation: generation, from: source)
        let place = try KeyCustody.place(in: path, of: session)
        try session.append([ErasureEvents.keyCopied(generation, to: place, owner: session.log.owner)])
        try session.console.say([
            "place": .string(place.hex), "generation": JSON(generation), "destroyed": JSON(destroyed),
        ])
        try session.console.say(
            "\(path) holds the key of generation \(generation)"
                + (destroyed > 0 ? "; \(Counts.of(destroyed, "older key")) destroyed there." : ".")
        )
    }
}

/// Makes a new generation of keys.
struct KeysRotate: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace the key-encryption key: copies of the old one open nothing of the store any more.",
        discussion: """
            For a copy that was lost or seen. Data keys stay as they are; an old backup and the old key still open what \
            they opened.

            Example: syncd keys rotate --store school
            """
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let generation = try session.rotateKeys()
        try session.append([ErasureEvents.keysRotated(to: generation, owner: session.log.owner)])
        try session.console.say(["generation": JSON(generation)])
        try session.console.say("The keys are of generation \(generation) now.")
        for warning in try KeyCustody(of: session).warnings { session.console.remark(warning) }
    }
}
