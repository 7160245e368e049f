import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Health, readiness and metrics, for programs of this machine alone.
public struct WatchServer: Service {
    private let application: Application<WatchResponder>
    private let threads: NIOThreadPool

    /// Connections at once: a probe, a collector, somebody who looks.
    private static let connections = 16

    /// Prepares the service.
    ///
    /// - Parameters:
    ///   - watch: what is told.
    ///   - address: a loopback address.
    ///   - begun: told of the port once it listens.
    public init(
        _ watch: any ServerWatch,
        at address: PortalAddress,
        logger: Logger,
        begun: @escaping @Sendable (Int) -> Void
    ) throws {
        precondition(address.isLoopback, "what watches a server runs on its machine")
        threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        application = Application(
            responder: WatchResponder(watch: watch, threads: threads, text: try MeasureText()),
            server: ServerLimits.http,
            configuration: ServerLimits.configuration(at: address, connections: Self.connections, logger: logger),
            onServerRunning: { channel in begun(channel.localAddress?.port ?? address.port) },
            logger: logger
        )
    }

    /// Serves until it is told to stop.
    public func run() async throws {
        do {
            try await application.run()
        } catch {
            try? await threads.shutdownGracefully()
            throw error
        }
        try? await threads.shutdownGracefully()
    }
}

/// Answers three questions, and nothing else.
struct WatchResponder: HTTPResponder {
    typealias Context = PortalContext

    let watch: any ServerWatch
    let threads: NIOThreadPool
    let text: MeasureText

    func respond(to request: Request, context: PortalContext) async throws -> Response {
        guard request.method == .get, OriginCheck.isNamedRight(request, isSecure: false) else {
            return Self.plain(.notFound, "not found\n")
        }
        switch request.uri.path {
        // That it answers at all is the answer.
        case "/health": return Self.plain(.ok, "ok\n")
        case "/ready":
            let hindrances = try await threads.runIfActive { watch.hindrances() }
            return hindrances.isEmpty
                ? Self.plain(.ok, "ready\n")
                : Self.plain(.serviceUnavailable, hindrances.map { $0 + "\n" }.joined())
        case "/metrics":
            do {
                let measures = try await threads.runIfActive { try watch.measures() }
                return Self.plain(.ok, text.of(measures), MeasureText.type)
            } catch {
                return Self.plain(.internalServerError, "the measures could not be read\n")
            }
        default: return Self.plain(.notFound, "not found\n")
        }
    }

    private static func plain(
        _ status: HTTPResponse.Status,
        _ text: String,
        _ type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(string: text))
        )
    }
}
