import ArgumentParser
import Audit
import Connectors
import EventLog
import Events
import Identifiers
import School
import Sealing
import SwiftProtobuf

/// Has outside witnesses countersign the log.
struct AuditPublish: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Have witnesses outside countersign the store's checkpoint: nobody can then change the log unseen.",
        discussion: """
            A witness (C2SP tlog-witness) signs only what goes on from what it has signed before, with its own time. The \
            first time name it with --to and --key, and give its owner the origin and the key that `syncd audit \
            checkpoint` tells; from then on it is asked each time, and once a day under `serve`. A witness that has seen \
            another history, or more than this log has, stops everything: `status` says so until somebody has looked and \
            says --resume. After a restore the log has a new epoch, which is a new origin for the witness.

            Example: syncd audit publish --to https://witness.example.org --key witness.example.org/w1+9f1c2d3e+BAbc… \
            --store school
            Example: syncd audit publish --store school
            """
    )

    @Option(help: ArgumentHelp("A witness that is not known yet.", valueName: "url"))
    var to: String?

    @Option(help: ArgumentHelp("Its key, as its owner told it by another way.", valueName: "key"))
    var key: String?

    @Flag(help: "Go on after a refusal that somebody has looked into; needs --reason.")
    var resume = false

    @Option(help: "Why it goes on; written in the log.")
    var reason: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (to == nil) == (key == nil) else { throw ValidationError("--to and --key go together.") }
        if let to, !to.hasPrefix("https://"), !CurlSession.isLoopback(to) {
            throw ValidationError("A witness is asked over https://, or http:// on this machine itself.")
        }
        if resume { try ReadingReason.check(reason ?? "") }
        if reason != nil && !resume { throw ValidationError("--reason goes with --resume.") }
    }

    func run(in session: Session) throws {
        let named = try key.map { try WitnessKey(reading: $0) }
        if resume { try goOn(session) }
        var book = try session.witnessBook()
        if let alarm = book.alarm { throw CommandError(.witnessRefused, alarm.sentence) }
        if let to, let named { book.add(url: to, key: named.written) }
        guard !book.witnesses.isEmpty else {
            throw CommandError(.witnessUnusable, "No witness is known. Name one with --to URL --key KEY.")
        }
        let audit = try session.auditTrail()
        try session.recordHeads(audit)
        for witness in book.witnesses {
            let publication = Publication(
                session: session,
                audit: audit,
                url: witness.url,
                key: try WitnessKey(reading: witness.key)
            )
            let (head, cosignature) = try publication.publish(since: witness.size)
            try session.console.say([
                "witness": .string(witness.url), "origin": .string(head.origin), "size": JSON(head.size),
                "time": JSON(cosignature.time),
            ])
            let time = Timestamp(microseconds: Int64(clamping: cosignature.time) * 1_000_000)
            try session.console.say(
                "\(witness.url) has countersigned \(Counts.of(head.size, "event")) of the store's own tree, with the heads of "
                    + "all schools', at \(LondonTime.text(time))."
            )
        }
    }

    private func goOn(_ session: Session) throws {
        guard try session.witnessBook().alarm != nil else { return }
        let message = Syncd_Events_PublicationResumed.with { $0.origin = session.publishedOrigin }
        let event = NewEvent(
            type: EventType.publicationResumed.number,
            base: session.log.owner,
            stream: StreamID(session.log.owner),
            open: try message.serializedBytes(),
            parts: [try session.actor().note(reason ?? "")]
        )
        try session.append([event])
    }
}
