import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// How much a visitor may ask for.
enum ServerLimits {
    /// Connections at once.
    static let connections = 200
    /// A connection's whole life.
    static let lifetime: TimeAmount = .seconds(60)
    /// Without a word.
    static let idle: TimeAmount = .seconds(15)
    /// Bytes of all headers.
    static let headers = 16 << 10
    /// How many headers.
    static let headerCount = 64

    /// Where to listen, for how many at once; no answer names the program.
    static func configuration(
        at address: PortalAddress,
        connections: Int,
        logger: Logger
    ) -> ApplicationConfiguration {
        ApplicationConfiguration(
            address: .hostname(address.host, port: address.port),
            serverName: nil,
            availableConnectionsDelegate: MaximumAvailableConnections(connections, logger: logger)
        )
    }

    /// HTTP/1.1 within the limits.
    static var http: HTTPServerBuilder {
        .http1(
            configuration: .init(
                additionalChannelHandlers: [ConnectionLifetime(lifetime)],
                idleTimeout: idle,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: headers,
                    maxHeaderListSize: headers,
                    maxHeaderFieldCount: headerCount
                )
            )
        )
    }
}
