import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Changes a recipient.
struct RecipientEdit: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change how files reach a recipient, and what is known of it.",
        discussion: """
            Over SFTP the server's key must stand in the file of --known, as ssh-keyscan writes it, and --key is the \
            private key. By HTTPS --key is a file that holds the bearer token, and --known, if given, the certificates \
            to trust. Nothing goes over the wire to a recipient whose record is incomplete.

            Example: syncd recipient edit Council --sftp sftp://syncd@files.example.org/in --known known_hosts --key key \
            --store school
            Example: syncd recipient edit Council --impact-assessment https://example.org/dpia.html \
            --privacy-statement https://example.org/privacy.html --support https://example.org/support.html \
            --nominated "Grace Hopper" --store school
            """
    )

    @Argument(help: "The recipient's name.")
    var name: String

    @Option(help: ArgumentHelp("Deliver into this folder.", valueName: "folder"), completion: .directory)
    var folder: String?

    @Option(help: ArgumentHelp("Deliver over SFTP to this folder of a server.", valueName: "url"))
    var sftp: String?

    @Option(help: ArgumentHelp("Deliver by HTTPS PUT under this URL.", valueName: "url"))
    var https: String?

    @Option(help: ArgumentHelp("The server's key, or certificates to trust.", valueName: "file"), completion: .file())
    var known: String?

    @Option(help: ArgumentHelp("The private key, or the token.", valueName: "file"), completion: .file())
    var key: String?

    @Option(help: ArgumentHelp("The data protection impact assessment.", valueName: "url|file"))
    var impactAssessment: String?

    @Option(help: ArgumentHelp("The privacy statement.", valueName: "url|file"))
    var privacyStatement: String?

    @Option(help: ArgumentHelp("How to reach the supporting team.", valueName: "url|file"))
    var support: String?

    @Option(help: ArgumentHelp("Who answers for the account; the name is sealed.", valueName: "name"))
    var nominated: String?

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard [folder, sftp, https].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("Give one of --folder, --sftp and --https.")
        }
    }

    func run(in session: Session) throws {
        let before = try session.recipient(name).ruled()
        var changed = before
        if let folder {
            let path = try session.existingFolder(session.absolute(folder), RecipientAdd.folderAdvice)
            (changed.way, changed.folder) = (.folder, path)
        }
        if let sftp { (changed.way, changed.folder) = (.sftp, sftp) }
        if let https { (changed.way, changed.folder) = (.https, https) }
        if let known { changed.known = session.absolute(known) }
        if let key { changed.credential = session.absolute(key) }
        if let impactAssessment { changed.record.impactAssessment = impactAssessment }
        if let privacyStatement { changed.record.privacyStatement = privacyStatement }
        if let support { changed.record.supportContact = support }
        if nominated != nil { changed.record.isNominated = true }
        let decision = try before.edit(
            to: changed,
            nominated: nominated,
            as: session.draw(),
            owner: session.log.owner,
            streamVersion: try session.log.version(of: StreamID(before.id))
        )
        try session.carryOut(decision)
        try session.console.say(.object(try session.recipient(name).members))
        if let refusal = changed.refusal { session.console.remark(refusal + ".") }
    }
}

/// Tells what a recipient's record lacks.
struct RecipientComplete: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "complete",
        abstract: "Tell whether a recipient's record is complete, and what is missing.",
        discussion: """
            Ends with exit code 1 when something is missing.

            Example: syncd recipient complete Council --store school
            """
    )

    @Argument(help: "The recipient's name.")
    var name: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let missing = try session.recipient(name).ruled().record.missing
        try session.console.say(["recipient": .string(name), "missing": .array(missing.map(JSON.string))])
        guard missing.isEmpty else {
            try session.console.say("Missing: \(missing.joined(separator: ", ")).")
            throw ExitCode(1)
        }
        try session.console.say("The record of \(name) is complete.")
    }
}
