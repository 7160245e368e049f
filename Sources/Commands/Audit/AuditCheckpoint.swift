import ArgumentParser
import Audit
import EventLog
import Projections
import School
import Sealing

/// Signs what the log holds by now.
struct AuditCheckpoint: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Sign the log as it is: a few lines to be kept where nobody who can change the store can reach.",
        discussion: """
            The checkpoint of the whole store takes in the heads of all schools' trees; with --base it is that of one \
            school's tree, for the school to keep. Both are C2SP checkpoints, and no personal data is in them. The key \
            that checks them is told beside: give it to the auditor once, by another way.

            Example: syncd audit checkpoint --store school > checkpoint.txt
            Example: syncd audit checkpoint --store authority --base 8201001
            """
    )

    @Option(help: ArgumentHelp("Only this school's tree.", valueName: "key"))
    var base: String?

    @Flag(help: "Make a new key first; the one before signs, too, for 30 days.")
    var newKey = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let base = try base.map { try session.base($0).id }
        if newKey { try session.makeAuditKey() }
        let audit = try session.auditTrail()
        try session.recordHeads(audit)
        let tree = audit.tree(of: base)
        let note = try audit.checkpoint(of: tree, at: session.now)
        let head = try TreeHead(reading: note.text)
        let keys = try audit.verifiers(of: tree).filter { key in note.signatures.contains { $0.keyID == key.id } }
        try session.console.say([
            "checkpoint": .string(note.written), "origin": .string(head.origin), "size": JSON(head.size),
            "root": .string(head.root.description), "through": JSON(session.log.durableEnd.rawValue),
            "keys": .array(keys.map { .string($0.written) }),
        ])
        guard !session.console.isJSON else { return }
        // The last line break is the console's.
        try session.console.write(String(note.written.dropLast()))
        for key in keys { session.console.remark("Checked with the key \(key.written)") }
    }
}

extension Session {
    /// The trees of the log, up to its end; a store that has no key to sign with gets one first.
    func auditTrail() throws -> AuditTrail {
        if try AuditKey.all(in: log).isEmpty { try makeAuditKey() }
        let audit = try store.auditTrail()
        let end = log.durableEnd
        try audit.catchUp { position in
            console.progress("Trees: \(Counts.grouped(position.rawValue)) of \(Counts.of(end.rawValue, "event"))")
        }
        console.endProgress()
        return audit
    }

    /// Writes down the heads of all trees when anything has happened since the last time; durable on return.
    func recordHeads(_ audit: AuditTrail) throws {
        guard let heads = try audit.headsEvent() else { return }
        try append([heads])
        try audit.catchUp()
    }

    /// Makes a key that signs checkpoints; durable on return.
    func makeAuditKey() throws {
        let number = UInt32(try AuditKey.all(in: log).count + 1)
        let seed = SystemRandomness().bytes(VerifyingKey.byteCount)
        try append([try AuditKey.making(number: number, seed: seed, owner: log.owner)])
    }
}
