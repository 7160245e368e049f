import ArgumentParser
import EventLog
import Glibc

/// A command: its options are read, its work is done, and what went wrong is told in one way.
///
/// Exit codes: 0 done, 1 refused or failed, 3 done with something parked or held when `--strict` is given, 64 bad usage.
protocol SyncdCommand: ParsableCommand {
    /// The options of every command.
    var global: GlobalOptions { get }
    /// Does the work.
    func run(_ console: Console, _ surroundings: Surroundings) throws
}

extension SyncdCommand {
    /// Runs the command and turns what it throws into a sentence and an exit code.
    func run() throws {
        let console = Console(json: global.json)
        do {
            try run(console, Surroundings.ofProcess())
        } catch is ReaderGone {
            return
        } catch let exit as ExitCode {
            throw exit
        } catch let usage as ValidationError {
            throw usage
        } catch {
            console.endProgress()
            let failure = Failure(error)
            failure.lines.forEach(console.remark)
            try? console.say(failure.json)
            throw ExitCode(1)
        }
    }
}

/// A command that needs an open store.
protocol StoreCommand: SyncdCommand {
    /// Does the work on an open store.
    func run(in session: Session) throws
}

extension StoreCommand {
    func run(_ console: Console, _ surroundings: Surroundings) throws {
        let session = try Session(
            global,
            purpose: Self.purpose,
            console: console,
            surroundings: surroundings
        )
        do {
            try session.admit(CommandWords.of(Self.self))
            try run(in: session)
        } catch {
            try? session.close()
            throw error
        }
        try session.close()
    }

    /// The command as people write it, for those who wait for the store.
    private static var purpose: String { "syncd " + (configuration.commandName ?? _commandName) }
}
