import ArgumentParser

/// The options of every command; they may stand before or after its name.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The store's folder; else SYNCD_STORE.", valueName: "folder"), completion: .directory)
    var store: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the key-encryption keys; else SYNCD_KEY_DIR, else STORE.keys beside the store.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var keyDir: String?

    @Option(
        help: ArgumentHelp(
            "The file with your session; else SYNCD_SESSION, else one in your home folder.",
            valueName: "file"
        ),
        completion: .file()
    )
    var session: String?

    @Flag(
        help: """
            Print JSON for machines, one object a line and no line for nothing; `base list`, `recipient list`, `task list` \
            and `user list` print one array. Times in ISO 8601, ids in hex.
            """
    )
    var json = false

    @Option(help: ArgumentHelp("How long to wait for another command on the same store.", valueName: "seconds"))
    var wait = 10

    @Flag(help: "Go on although the clock is more than 24 hours from the last event's.")
    var clockOk = false

    mutating func validate() throws {
        guard (0...86_400).contains(wait) else { throw ValidationError("--wait goes from 0 to 86400 seconds.") }
    }
}
