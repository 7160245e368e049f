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
        let code = try console.end { try run(console, Surroundings.ofProcess()) }
        if code != 0 { throw ExitCode(code) }
    }
}

extension Console {
    /// Does a command's work, and tells what went wrong.
    ///
    /// - Returns: the exit code.
    /// - Throws: `ValidationError` alone, which the parser tells.
    func end(_ work: () throws -> Void) throws -> Int32 {
        do {
            try work()
            return 0
        } catch is ReaderGone {
            return 0
        } catch let exit as ExitCode {
            return exit.rawValue
        } catch let usage as ValidationError {
            throw usage
        } catch {
            endProgress()
            let failure = Failure(error)
            failure.lines.forEach(remark)
            try? say(failure.json)
            return 1
        }
    }
}

/// A command that needs an open store.
protocol StoreCommand: SyncdCommand {
    /// Whether it leaves everything as it is, but for the note that somebody has read: such commands go side by side.
    static var onlyReads: Bool { get }
    /// Whether it may change the store while a file is delivered: it neither ends runs nor erases anybody, nor sets a
    /// cursor.
    var goesBesideDeliveries: Bool { get }
    /// Does the work on an open store.
    func run(in session: Session) throws
}

extension StoreCommand {
    static var onlyReads: Bool { false }
    var goesBesideDeliveries: Bool { false }

    /// Has the work done by the store's server, or opens the store and does it here.
    func run(_ console: Console, _ surroundings: Surroundings) throws { try carryOut(console, surroundings) }

    /// The same, for commands that sometimes need no store.
    func carryOut(_ console: Console, _ surroundings: Surroundings) throws {
        let place = try StorePlace(global, surroundings)
        let store: OpenStore
        do {
            if let code = try CommandClient.carryOut(at: place.layout, surroundings) { throw ExitCode(code) }
            store = try OpenStore(global, purpose: Self.purpose, console: console, surroundings: surroundings)
        } catch let error as EventLogError where error.code == .owned {
            // A server may have begun while we waited.
            guard let code = try CommandClient.carryOut(at: place.layout, surroundings) else { throw error }
            throw ExitCode(code)
        }
        do {
            let session = Session(on: store, global, console: console, surroundings: surroundings)
            try session.goOnWithErasure()
            try session.admit(CommandWords.of(Self.self))
            try run(in: session)
        } catch {
            try? store.close()
            throw error
        }
        try store.close()
    }

    /// The command as people write it, for those who wait for the store.
    static var purpose: String { "syncd " + (configuration.commandName ?? _commandName) }
}
