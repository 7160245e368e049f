import Connectors
import Foundation
import School

/// Delivers by HTTPS PUT with a bearer token: each file to a URL of its own under the recipient's.
public struct HTTPSDelivery: Delivery {
    private let url: String
    private let tokenFile: String
    private let trusted: String

    /// Delivers under a URL.
    ///
    /// - Parameters:
    ///   - url: `https://host/path`.
    ///   - tokenFile: path of the file that holds the token.
    ///   - trusted: path of certificates to trust in place of the system's; empty for those.
    public init(url: String, tokenFile: String, trusted: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.tokenFile = tokenFile
        self.trusted = trusted
    }

    /// Puts the data, then the manifest; each must be new there, and acknowledged with 200, 201 or 204.
    public func deliver(_ package: TransferPackage, with leave: ApprovedDelivery) throws {
        try SFTPDelivery.told {
            let session = try session()
            for (name, path) in [(package.data, package.dataPath), (package.manifest, package.manifestPath)] {
                let status = try session.send(path, to: "\(url)/\(name)", headers: ["If-None-Match: *"])
                guard [200, 201, 204].contains(status) else { throw refused(status, name) }
            }
        }
    }

    /// Asks whether the manifest is there; without it what is there is no file, and cannot be taken back.
    public func clean(_ package: TransferPackage) throws -> DeliveryRemains {
        try SFTPDelivery.told {
            let status = try session().status(of: "\(url)/\(package.manifest)")
            return (200..<300).contains(status) ? .whole : .nothing
        }
    }

    private func session() throws -> CurlSession {
        guard let bytes = FileManager.default.contents(atPath: tokenFile) else {
            throw TransferError(.deliveryFailed, "the file of the recipient's token could not be read: check its path")
        }
        let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return try CurlSession(.token(token, trusted: trusted))
    }

    private func refused(_ status: Int, _ name: String) -> TransferError {
        switch status {
        case 401, 403:
            TransferError(.deliveryFailed, "the recipient's server does not let us in (\(status)): check the token")
        case 409, 412:
            TransferError(
                .nameTaken,
                "the recipient's server holds \(name) already (\(status)): the next run takes the next number"
            )
        default:
            TransferError(.deliveryFailed, "the recipient's server answered \(status) and did not take the file")
        }
    }
}
