import ArgumentParser
import Foundation
import Logging
import Portal

/// Where the portal listens, and with which certificate.
struct PortalOptions: ParsableArguments {
    /// What a plain `--portal` means: this machine alone.
    static let standard = "127.0.0.1:8087"

    @Option(
        defaultAsFlag: Self.standard,
        help: ArgumentHelp(
            "Open the head's page; \(Self.standard) unless an address is given. Another machine reaches it by TLS alone.",
            valueName: "address:port"
        )
    )
    var portal: String?

    @Option(
        help: ArgumentHelp("The portal's certificate with its chain, PEM.", valueName: "file"),
        completion: .file()
    )
    var tlsCertificate: String?

    @Option(help: ArgumentHelp("The key of the portal's certificate, PEM.", valueName: "file"), completion: .file())
    var tlsKey: String?

    func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together.")
        }
        guard let portal else {
            guard tlsCertificate == nil else {
                throw ValidationError("--tls-certificate is for a portal: give --portal, too.")
            }
            return
        }
        guard let address = PortalAddress(portal, port: Self.port) else {
            throw ValidationError("--portal takes an address and a port, such as \(Self.standard) or [::1]:8087.")
        }
        guard address.isLoopback || tlsCertificate != nil else {
            throw ValidationError(
                "Other machines could reach \(portal), and passwords would go there in clear: give --tls-certificate and "
                    + "--tls-key, or a loopback address."
            )
        }
    }

    static let port = 8087

    /// The address; nil when no portal is wanted.
    var address: PortalAddress? { portal.flatMap { PortalAddress($0, port: Self.port) } }

    /// The certificate; nil for a plain portal.
    ///
    /// - Throws: `fileUnusable`.
    func identity(_ surroundings: Surroundings) throws -> PortalServer.Identity? {
        guard let tlsCertificate, let tlsKey else { return nil }
        do {
            return try PortalServer.Identity(
                certificate: StorePlace.absolute(tlsCertificate, in: surroundings.directory),
                key: StorePlace.absolute(tlsKey, in: surroundings.directory)
            )
        } catch {
            throw CommandError(
                .fileUnusable,
                "The portal's certificate or key cannot be used: both must be PEM files that this account can read, and belong "
                    + "together.",
                cause: error
            )
        }
    }
}
