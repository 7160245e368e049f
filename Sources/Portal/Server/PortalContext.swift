import Glibc
import Hummingbird
import NIOCore

/// What is known of a request beside itself: where it comes from.
struct PortalContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The network address, by which guesses are slowed; of IPv6 the network, which one visitor has whole.
    let address: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = Self.origin(source.channel.remoteAddress)
    }

    /// Half of an IPv6 address.
    private static let networkBytes = 8

    static func origin(_ address: SocketAddress?) -> String {
        guard let text = address?.ipAddress else { return "unknown" }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &bytes) == 1, bytes.prefix(networkBytes).contains(where: { $0 != 0 }) else {
            return text
        }
        return bytes.prefix(networkBytes).map { String($0, radix: 16) }.joined(separator: ".") + "/64"
    }
}
