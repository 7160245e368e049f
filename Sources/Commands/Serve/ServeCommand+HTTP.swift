import Logging
import Portal
import ServiceLifecycle

/// What a server answers over HTTP.
extension ServeCommand {
    /// Opens the head's page and what watches over the server, as far as they are wanted.
    ///
    /// - Parameters:
    ///   - console: where the addresses are said.
    ///   - telling: whose remarks go to the log.
    /// - Throws: `portalFailed` when one cannot listen.
    func openHTTP(
        _ server: CommandServer,
        _ store: OpenStore,
        _ identity: PortalServer.Identity?,
        _ console: Console,
        _ telling: Console,
        _ surroundings: Surroundings
    ) throws -> HTTPServices? {
        let quiet = ServerLog.quiet(watch.logLevel, console) { surroundings.now() }
        let counts = PortalCounts()
        var services: [any Service] = []
        var listening: [(what: String, option: String, address: PortalAddress, port: ListeningPort)] = []
        if let address = portal.address {
            let port = ListeningPort()
            let requests = ServerLog.logger(watch.logLevel, console, part: "page") { surroundings.now() }
            services.append(
                try PortalServer(
                    server.desk(telling, surroundings),
                    at: address,
                    identity: identity,
                    counts: counts,
                    requests: requests,
                    logger: quiet,
                    begun: { port.tell($0) }
                )
            )
            let scheme = identity == nil ? "http" : "https"
            listening.append(("The head's page is at \(scheme)", "--portal", address, port))
        }
        if let address = watch.address {
            let port = ListeningPort()
            let watching = server.watch(counts, surroundings)
            services.append(try WatchServer(watching, at: address, logger: quiet, begun: { port.tell($0) }))
            listening.append(("Health and metrics are at http", "--metrics", address, port))
        }
        guard !services.isEmpty else { return nil }
        let http = HTTPServices(services, grace: grace, logger: quiet)
        for (what, option, address, port) in listening {
            guard let number = port.wait(for: http) else {
                throw CommandError(
                    .portalFailed,
                    "The server cannot listen at \(address.authority(port: address.port)): another program may have the port, "
                        + "or the address is not this machine's. Give another with \(option)."
                )
            }
            let url = "://\(address.authority(port: number))/"
            try console.say(what + url)
            try console.say([option.replacing("--", with: ""): .string((what.split(separator: " ").last ?? "") + url)])
        }
        return http
    }
}
