import EventLog
import Logging
import Portal
import ServiceLifecycle

/// The services of a server that answer over HTTP, beside the threads that carry out commands.
///
/// A service group runs them and shuts them down in order; the signals stay with the command, which has more to stop
/// than they.
final class HTTPServices: Sendable {
    private let group: ServiceGroup
    private let end = Monitor<Result<Void, any Error>?>(nil)

    /// Begins to run services.
    ///
    /// - Parameter grace: how long requests at work may finish, in seconds.
    init(_ services: [any Service], grace: Int, logger: Logger) {
        var configuration = ServiceGroupConfiguration(services: services, logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(grace)
        let group = ServiceGroup(configuration: configuration)
        self.group = group
        let end = end
        Task.detached {
            do {
                try await group.run()
                end.change { $0 = .success(()) }
            } catch {
                end.change { $0 = .failure(error) }
            }
        }
    }

    /// Whether the services have ended, and with what; nil while they run.
    var ended: Result<Void, any Error>? { end.with { $0 } }

    /// Lets requests at work finish, and takes no new ones.
    func beginToStop() {
        let group = group
        Task.detached { await group.triggerGracefulShutdown() }
    }

    /// Waits until all has ended.
    ///
    /// - Returns: false when something has not ended in time.
    func wait(seconds: Int) -> Bool { end.wait(milliseconds: seconds * 1000) { $0 } != nil }
}

/// The port of a service, once it listens.
final class ListeningPort: Sendable {
    private let port = Monitor<Int?>(nil)

    /// Tells it.
    func tell(_ number: Int) { port.change { $0 = number } }

    /// Waits for it; nil when the services end before, or nothing is told for ten seconds.
    func wait(for services: HTTPServices) -> Int? {
        for _ in 0..<200 {
            if let number = port.wait(milliseconds: 50, for: { $0 }) { return number }
            if services.ended != nil { return nil }
        }
        return nil
    }
}
