import ArgumentParser
import Connectors
import Glibc

/// The program: its commands, and what holds for all of them.
public struct Syncd: ParsableCommand {
    /// What `syncd --help` shows.
    public static let configuration = CommandConfiguration(
        commandName: "syncd",
        abstract: "Keep school data in step: every change an event in one log, everything else computed from it.",
        discussion: """
            A school's store takes in what the MIS exports, shows what changed, and lets out only what the head has \
            accepted.

            Example: syncd init --store school; syncd import --store school --format syncd-csv --full --register day-01

            Exit codes: 0 done, 1 refused or failed, 3 done with something parked or held and --strict given, 64 bad \
            usage.
            """,
        version: "0.1.0",
        subcommands: [
            InitCommand.self, LoginCommand.self, LogoutCommand.self, WhoamiCommand.self, UserCommand.self,
            BaseCommand.self, RecipientCommand.self, ConsentCommand.self, AgentCommand.self, ImportGroup.self,
            IssuesCommand.self, MatchesCommand.self, ConflictsCommand.self, TaskCommand.self, RunDueCommand.self,
            PupilCommand.self, HistoryCommand.self,
            ChangesCommand.self,
            ReplayCommand.self,
            ProjectionsCommand.self, ServeCommand.self,
            LeaversCommand.self, SubjectCommand.self, ErasureCommand.self, RetentionCommand.self, KeysCommand.self,
            BackupGroup.self, RestoreGroup.self,
            AuditCommand.self, GrantCommand.self, StatusCommand.self,
        ]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    /// Makes the command; the parser fills it.
    public init() {}

    /// Reads the command line, runs the command and ends the process with its exit code.
    public static func start() {
        Surroundings.forbidCoreDumps()
        // A reader that goes away, such as `head`, ends the output and not the store's work.
        signal(SIGPIPE, SIG_IGN)
        if CommandLine.arguments.dropFirst().elementsEqual([CTFReaderProcess.word]) { Glibc.exit(ReadingProcess.run()) }
        main()
    }
}
