import ArgumentParser
import Logging
import Portal

/// How a server tells how it is.
struct WatchOptions: ParsableArguments {
    /// What a plain `--metrics` means.
    static let standard = "127.0.0.1:8088"
    private static let port = 8088

    @Option(
        defaultAsFlag: Self.standard,
        help: ArgumentHelp(
            "Answer /health, /ready and /metrics on this machine; \(Self.standard) unless an address is given.",
            valueName: "address:port"
        )
    )
    var metrics: String?

    @Option(help: "What goes to standard error: \(ServerLog.levels.joined(separator: ", ")).")
    var logLevel = Logger.Level.notice

    func validate() throws {
        guard let metrics else { return }
        guard let address = PortalAddress(metrics, port: Self.port), address.isLoopback else {
            throw ValidationError(
                "--metrics takes a loopback address, such as \(Self.standard): collectors of other machines come through one here."
            )
        }
    }

    /// The address; nil when nothing is to be told.
    var address: PortalAddress? { metrics.flatMap { PortalAddress($0, port: Self.port) } }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
