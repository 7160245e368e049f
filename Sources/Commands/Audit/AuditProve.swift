import ArgumentParser
import Audit
import EventLog
import Sealing

/// Proves an event, or that the log has only grown.
struct AuditProve: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Prove that an event is in the log, or that the log has only grown since a checkpoint.",
        discussion: """
            --position writes a C2SP tlog-proof: the event's leaf, its path and a signed checkpoint of its school's tree. \
            --from takes a checkpoint kept earlier and writes what a C2SP witness takes: hashes that lead from it to a \
            checkpoint of today. Neither holds personal data. tools/audit-verify checks both.

            Example: syncd audit prove --position 1043 --store school > proof.txt
            Example: syncd audit prove --from checkpoint.txt --store school > growth.txt
            """
    )

    @Option(help: ArgumentHelp("The event's position, as `replay` has it.", valueName: "number"))
    var position: UInt64?

    @Option(help: ArgumentHelp("A checkpoint that was kept.", valueName: "file"), completion: .file())
    var from: InputPath?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (position == nil) != (from == nil) else {
            throw ValidationError("Give either --position or --from.")
        }
    }

    func run(in session: Session) throws {
        let audit = try session.auditTrail()
        if let from { return try growth(since: SignedNote(file: from.path), audit, session) }
        let proof = try audit.proof(of: Position(position ?? 0), at: session.now)
        try session.console.say([
            "position": JSON(position ?? 0), "index": JSON(proof.index), "leaf": .string(OpenPart.hex(proof.leaf)),
            "path": .array(proof.path.map { .string($0.description) }),
            "checkpoint": .string(proof.checkpoint.written), "proof": .string(proof.written),
        ])
        if !session.console.isJSON { try session.console.write(String(proof.written.dropLast())) }
    }

    private func growth(since note: SignedNote, _ audit: AuditTrail, _ session: Session) throws {
        // A checkpoint of somebody else's is refused before anything is appended.
        _ = try audit.check(note)
        try session.recordHeads(audit)
        let proof = try audit.growth(since: note, at: session.now)
        let size = try TreeHead(reading: proof.checkpoint.text).size
        try session.console.say([
            "oldSize": JSON(proof.old), "madeAt": JSON(proof.madeAt.rawValue), "size": JSON(size),
            "path": .array(proof.path.map { .string($0.description) }),
            "checkpoint": .string(proof.checkpoint.written), "proof": .string(proof.written),
        ])
        guard !session.console.isJSON else { return }
        try session.console.write(String(proof.written.dropLast()))
        session.console.remark(
            "The log has only grown since event \(Counts.grouped(proof.madeAt.rawValue)), where the checkpoint was made."
        )
    }
}
