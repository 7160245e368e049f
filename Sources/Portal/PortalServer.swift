import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// The portal as a service: it takes no new connections once it is to stop, and lets what has begun end.
public struct PortalServer: Service {
    /// A certificate and its key.
    public struct Identity: Sendable {
        let configuration: TLSConfiguration

        /// Reads a certificate with its chain, and its key, both PEM.
        ///
        /// - Throws: when one cannot be read, or they do not belong together.
        public init(certificate: String, key: String) throws {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate)
            var made = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
            )
            made.minimumTLSVersion = .tlsv12
            made.applicationProtocols = ["http/1.1"]
            // Now, and not with the first visitor: a key that is another's is refused here.
            _ = try NIOSSLContext(configuration: made)
            configuration = made
        }
    }

    private let application: Application<PortalResponder>
    private let lanes: WorkLanes

    /// Prepares the portal.
    ///
    /// - Parameters:
    ///   - desk: the store.
    ///   - address: where it listens.
    ///   - identity: for TLS; nil for a plain portal, on a loopback address alone.
    ///   - requests: hears of each page that was asked for, by its row and never by what it says.
    ///   - logger: hears of what goes wrong within.
    ///   - begun: told of the port once it listens.
    public init(
        _ desk: any SchoolDesk,
        at address: PortalAddress,
        identity: Identity?,
        counts: PortalCounts,
        requests: Logger,
        logger: Logger,
        begun: @escaping @Sendable (Int) -> Void
    ) throws {
        precondition(identity != nil || address.isLoopback, "a plain portal is for this machine alone")
        lanes = WorkLanes()
        let responder = try PortalResponder(
            desk,
            isSecure: identity != nil,
            lanes: lanes,
            counts: counts,
            logger: requests
        )
        application = Application(
            responder: responder,
            server: try identity.map { try .tls(ServerLimits.http, tlsConfiguration: $0.configuration) }
                ?? ServerLimits.http,
            configuration: ServerLimits.configuration(
                at: address,
                connections: ServerLimits.connections,
                logger: logger
            ),
            onServerRunning: { channel in begun(channel.localAddress?.port ?? address.port) },
            logger: logger
        )
    }

    /// Serves until it is told to stop.
    public func run() async throws {
        do {
            try await application.run()
        } catch {
            await lanes.stop()
            throw error
        }
        await lanes.stop()
    }
}
