import ArgumentParser
import EventLog
import Glibc
import Logging
import Portal

/// Owns the store, and carries out the commands of others.
struct ServeCommand: SyncdCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Own a store and carry out every other command on it, until it is told to stop.",
        discussion: """
            Other commands on the store are used as before: they find the server through the socket in the store's folder, \
            and have it do the work with what they have opened themselves, under the account of whoever started them. \
            Commands that only read go side by side; those that change the store take turns. Once a day the heads of the \
            audit trees are written down.

            SIGTERM or Ctrl-C stops it: commands at work may finish for --grace seconds. A server that is killed loses \
            nothing that was acknowledged.

            With --portal it opens the head's page for browsers: on this machine alone, or with a certificate for others, too.

            With --metrics it tells programs of this machine how it is: /health, /ready and, for Prometheus, /metrics. What \
            it has to say goes to standard error, a JSON object a line.

            Example: syncd serve --store school
            Example: syncd serve --portal --metrics --store school
            Example: syncd serve --portal 10.0.0.5:443 --tls-certificate school.pem --tls-key school.key --store school
            """
    )

    @Option(help: ArgumentHelp("How long commands at work may finish when the server stops.", valueName: "seconds"))
    var grace = 60

    @OptionGroup(title: "The head's page")
    var portal: PortalOptions

    @OptionGroup(title: "Watching over it")
    var watch: WatchOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func validate() throws {
        guard (0...86_400).contains(grace) else { throw ValidationError("--grace goes from 0 to 86400 seconds.") }
    }

    func run(_ console: Console, _ surroundings: Surroundings) throws {
        // Before any thread begins, so that none of them is interrupted.
        let signals = StopSignals()
        let identity = try portal.identity(surroundings)
        let log = ServerLog.logger(watch.logLevel, console) { surroundings.now() }
        let telling = console.remarking { text, isFault in
            if isFault { log.error("\(text)") } else { log.notice("\(text)") }
        }
        let store = try OpenStore(global, purpose: "syncd serve", console: telling, surroundings: surroundings)
        var isFinished = true
        do {
            let session = Session(on: store, global, console: telling, surroundings: surroundings)
            try session.goOnWithErasure()
            let server = try CommandServer(store)
            do {
                let http = try openHTTP(server, store, identity, console, telling, surroundings)
                try console.say("Serving \(store.place.layout.root), process \(getpid()). SIGTERM or Ctrl-C stops it.")
                try console.say(["serving": .string(store.place.layout.root), "process": JSON(Int(getpid()))])
                if store.testSettings.hasChores {
                    try ServerChores.begin(in: server, store, global, telling, surroundings)
                }
                var isAlive = true
                while isAlive, !signals.wait(milliseconds: 1000) { isAlive = http?.ended == nil }
                telling.remark(isAlive ? "Stopping." : "What answers over HTTP has ended, so the server stops.")
                http?.beginToStop()
                isFinished = server.stop(waiting: grace)
                if let http { isFinished = http.wait(seconds: grace + Self.closing) && isFinished }
                guard isAlive else {
                    throw CommandError(.portalFailed, "What answers over HTTP has ended: start it again.")
                }
            } catch {
                _ = server.stop(waiting: grace)
                throw error
            }
        } catch {
            try? store.close()
            throw error
        }
        guard isFinished else {
            throw CommandError(
                .serverGone,
                "Commands were at work after \(grace) seconds, and were cut off. What was acknowledged is kept; run them again."
            )
        }
        try store.close()
    }

    /// What services take to end beside their requests, in seconds.
    private static let closing = 5
}

/// SIGTERM, SIGINT and SIGHUP, waited for instead of suffered.
struct StopSignals {
    private var set = sigset_t()

    init() {
        sigemptyset(&set)
        for signal in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for one of them.
    ///
    /// - Returns: false when none came in time.
    func wait(milliseconds: Int) -> Bool {
        var set = set
        var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        return sigtimedwait(&set, nil, &time) > 0
    }
}
