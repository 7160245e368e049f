import Connectors
import School
import Sealing

/// Delivers over SFTP: to a server whose key is known, with a private key.
public struct SFTPDelivery: Delivery {
    /// `sftp://user@host:port/folder`, without a slash at the end.
    private let url: String
    /// The folder, from the server's root.
    private let folder: String
    private let credentials: CurlSession.Credentials

    /// Delivers to a folder of a server, which must be there.
    ///
    /// - Parameters:
    ///   - url: `sftp://user@host:port/folder`.
    ///   - knownHosts: path of the file with the server's key.
    ///   - key: path of the private key.
    public init(url: String, knownHosts: String, key: String) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        let path = self.url.dropFirst("sftp://".count).drop { $0 != "/" }
        folder = String(path)
        credentials = .key(knownHosts: knownHosts, key: key)
    }

    /// Sends each file under a passing name, and renames it to a name that must be free.
    public func deliver(_ package: TransferPackage, with leave: ApprovedDelivery) throws {
        try Self.told {
            let session = try CurlSession(credentials)
            let names = try names(session)
            for name in [package.data, package.manifest] where names.contains(name) { throw taken(name) }
            for (name, path) in [(package.data, package.dataPath), (package.manifest, package.manifestPath)] {
                let rename = "rename \"\(folder)/\(passing(name))\" \"\(folder)/\(name)\""
                try session.send(path, to: "\(url)/\(passing(name))", then: [rename])
            }
        }
    }

    /// Removes passing names, and a data file of this very content that has no manifest.
    public func clean(_ package: TransferPackage) throws -> DeliveryRemains {
        try Self.told {
            let session = try CurlSession(credentials)
            let names = try names(session)
            let parts = [package.data, package.manifest].map(passing).filter(names.contains)
            var remains = parts.isEmpty ? DeliveryRemains.nothing : .part
            var removed = parts
            if names.contains(package.manifest) {
                if try isOurs(package.manifest, package.manifestPath, session) { remains = .whole }
            } else if names.contains(package.data), try isOurs(package.data, package.dataPath, session) {
                remains = .part
                removed.append(package.data)
            }
            if !removed.isEmpty { try session.command(removed.map { "rm \"\(folder)/\($0)\"" }, in: url + "/") }
            return remains
        }
    }

    private func names(_ session: CurlSession) throws -> Set<String> {
        let list = try session.fetch(url + "/")
        return Set(String(decoding: list, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init))
    }

    /// Whether a file there is the one that was made; so it is taken to be when that one is gone.
    private func isOurs(_ name: String, _ source: String, _ session: CurlSession) throws -> Bool {
        guard let made = try WrittenFile.digest(of: source) else { return true }
        var hash = SHA256()
        return try hash.digest(of: session.fetch("\(url)/\(name)")).bytes == made
    }

    private func passing(_ name: String) -> String { "." + name + ".part" }

    private func taken(_ name: String) -> TransferError {
        TransferError(
            .nameTaken,
            "the recipient's server holds \(name) already, and nothing is written over: the next run takes the next number"
        )
    }

    /// Tells what the wire says as a delivery that failed.
    static func told<Answer>(_ body: () throws -> Answer) throws -> Answer {
        do {
            return try body()
        } catch let error as CurlError {
            throw TransferError(.deliveryFailed, error.message)
        }
    }
}
