import Access
import ArgumentParser
import EventLog
import Identifiers
import Portal
import Projections
import School

/// Logs in, and sets the password the first time.
struct LoginCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in: your password, and a one-time code where your role needs one.",
        discussion: """
            Password and code are typed without echo, or read from standard input, a line each. The session lies in a file \
            that is yours alone; it ends after half an hour without use, after ten hours, and with `syncd logout`.

            The first time give --first: the invitation that you were given, then the password that you choose. Where \
            your role needs one-time codes, their secret is shown once: enter it into an authenticator app.

            Example: syncd login ada --first --store school
            Example: syncd login ada --store school
            """
    )

    @Argument(help: "Your user name.")
    var name: String

    @Flag(help: "Set your password with an invitation.")
    var first = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    // It waits for what somebody types; each append is on condition of the account's own stream.
    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        if first { return try enrol(session) }
        let password = try SecretInput.ask("Password", session.console)
        let needsCode = try session.gate.needsCode(name, password: password, from: session.origin)
        let code = needsCode ? try SecretInput.ask("One-time code", session.console) : nil
        let begun = try session.gate.login(name, password: password, code: code, from: session.origin)
        // The session that the file held is replaced, and ends.
        if let old = try? session.file.read(), let principal = try? session.gate.principal(old) {
            try session.gate.logout(principal)
        }
        try session.file.write(begun.token.text)
        try session.console.say([
            "user": .string(begun.account.name), "roles": .array(try session.words(of: begun.account.grants)),
            "ends": .string(LondonTime.iso(begun.ends)), "file": JSON(session.file.path),
        ])
        try session.console.say(
            "You are logged in as \(begun.account.name), until \(LondonTime.text(begun.ends)) at most."
        )
    }

    private func enrol(_ session: Session) throws {
        let invitation = try SecretInput.ask("Invitation", session.console)
        let password = try SecretInput.ask("New password", session.console)
        let enrolled = try session.gate.enrol(
            name,
            invitation: invitation,
            newPassword: password,
            from: session.origin
        )
        try session.console.say([
            "user": .string(enrolled.account.name), "codeSecret": JSON(enrolled.codeSecret),
            "address": JSON(enrolled.address),
        ])
        try session.console.say("Your password is set.")
        if let secret = enrolled.codeSecret, let address = enrolled.address {
            // On a screen alone: a camera reads nothing else.
            if session.console.canAsk { try QRCode(address)?.lines.forEach { try session.console.say($0) } }
            try session.console.say(
                """
                Your role needs one-time codes. Enter this into an authenticator app; it is not shown again:
                  \(secret)
                  \(address)
                """
            )
        }
        try session.console.say("Now log in with `syncd login \(name)`.")
    }
}
