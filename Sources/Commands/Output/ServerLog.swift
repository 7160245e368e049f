import Foundation
import Identifiers
import Logging

/// The log of a server: a JSON object a line on standard error, for whatever collects logs.
///
/// What it holds is ours alone: names of chores, counts and codes. Libraries are heard from warnings on, since at finer
/// levels they tell what somebody sent.
struct ServerLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let console: Console
    private let clock: @Sendable () -> Timestamp

    /// The names of the levels, as the option has them.
    static let levels = Logger.Level.allCases.map(\.rawValue)

    /// The server's own log, or the log of a part of it.
    static func logger(
        _ level: Logger.Level,
        _ console: Console,
        part: String = "server",
        _ clock: @escaping @Sendable () -> Timestamp
    ) -> Logger {
        Logger(label: part) { label in
            ServerLog(logLevel: level, label: label, console: console, clock: clock)
        }
    }

    /// The log for a library that answers strangers.
    static func quiet(_ level: Logger.Level, _ console: Console, _ clock: @escaping @Sendable () -> Timestamp) -> Logger
    {
        Logger(label: "http") { label in
            ServerLog(logLevel: max(level, .warning), label: label, console: console, clock: clock)
        }
    }

    private init(
        logLevel: Logger.Level,
        label: String,
        console: Console,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.logLevel = logLevel
        self.label = label
        self.console = console
        self.clock = clock
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }
        var members: [JSON.Member] = [
            .init(name: "time", value: .string(LondonTime.iso(clock()))),
            .init(name: "level", value: .string(event.level.rawValue)),
            .init(name: "part", value: .string(label)),
            .init(name: "message", value: .string(event.message.description)),
        ]
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
            members.append(.init(name: name, value: .string(value.description)))
        }
        console.remark(JSON.object(members).text)
    }
}
