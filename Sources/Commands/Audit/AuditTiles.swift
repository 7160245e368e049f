import ArgumentParser
import Audit
import EventLog
import Projections
import Sealing

/// Writes a tree as static files.
struct AuditTiles: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "tiles",
        abstract: "Write a tree as static files (C2SP tlog-tiles), for audit tools that are not ours.",
        discussion: """
            Checkpoint, tiles of hashes, and the leaves themselves, which hold no personal data: ids, types and times. \
            Without --base it is the store's own tree, with the recorded heads of all schools'. The folder is made new, and \
            is there whole or not at all.

            Example: syncd audit tiles tiles-2026-11-30 --base 8201001 --store school
            """
    )

    @Argument(help: "The folder to make.", completion: .directory)
    var out: OutputPath

    @Option(help: ArgumentHelp("Only this school's tree.", valueName: "key"))
    var base: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let base = try base.map { try session.base($0).id }
        let output = try WholeOutput(out.path)
        let audit = try session.auditTrail()
        try session.recordHeads(audit)
        let tree = audit.tree(of: base)
        let note = try audit.checkpoint(of: tree, at: session.now)
        let head = try TreeHead(reading: note.text)
        var files = 0
        try output.stream { add in
            files = try TileWriter(audit, tree, head).write(add)
            try add("checkpoint", Array(note.written.utf8))
        }
        let keys = try audit.verifiers(of: tree).filter { key in note.signatures.contains { $0.keyID == key.id } }
        try session.console.say([
            "origin": .string(head.origin), "size": JSON(head.size), "files": JSON(files + 1),
            "path": .string(out.path),
            "keys": .array(keys.map { .string($0.written) }),
        ])
        try session.console.say(
            "\(out.path): \(Counts.of(head.size, "leaf", "leaves")) of \(head.origin), \(Counts.of(files + 1, "file"))."
        )
        guard !session.console.isJSON else { return }
        for key in keys { session.console.remark("Checked with the key \(key.written)") }
    }
}
