import NIOCore

/// Where a server of this program listens.
public struct PortalAddress: Sendable, Equatable {
    /// An IPv4 or IPv6 address; no name, which may mean another machine tomorrow.
    public var host: String
    /// The port; 0 for one that is free.
    public var port: Int

    /// Reads ADDRESS:PORT, with IPv6 in brackets, or an address or a port alone.
    ///
    /// - Parameter port: what holds when none is written.
    /// - Returns: nil for what is no address.
    public init?(_ text: String, port: Int) {
        var (host, number) = ("127.0.0.1", port)
        if let alone = Int(text) {
            number = alone
        } else if text.hasPrefix("[") {
            let halves = text.dropFirst().split(separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { return nil }
            host = String(halves[0])
            if !halves[1].isEmpty {
                guard halves[1].hasPrefix(":"), let port = Int(halves[1].dropFirst()) else { return nil }
                number = port
            }
        } else {
            let halves = text.split(separator: ":", omittingEmptySubsequences: false)
            guard halves.count <= 2 else { return nil }
            host = String(halves[0])
            if halves.count == 2 {
                guard let port = Int(halves[1]) else { return nil }
                number = port
            }
        }
        guard (0...65_535).contains(number), (try? SocketAddress(ipAddress: host, port: number)) != nil else {
            return nil
        }
        (self.host, self.port) = (host, number)
    }

    /// Whether only programs of this machine reach it.
    public var isLoopback: Bool { host == "::1" || host.hasPrefix("127.") }

    /// As a browser takes it, without the scheme.
    public func authority(port: Int) -> String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}
