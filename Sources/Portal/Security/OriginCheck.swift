import HTTPTypes
import Hummingbird

/// Whether a request comes from a page of this portal, as the browser tells it (ASVS 3.5.1).
enum OriginCheck {
    private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")
    private static let localNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    /// Whether a form comes from here: what the browser says of it must be there, and must say so.
    static func isFromHere(_ request: Request, isSecure: Bool) -> Bool {
        if let fetchSite, let site = request.headers[fetchSite], site != "same-origin" { return false }
        if let origin = request.headers[.origin] {
            return origin == "\(isSecure ? "https" : "http")://\(request.head.authority ?? "")"
        }
        return fetchSite.map { request.headers[$0] == "same-origin" } ?? false
    }

    /// Whether a plain portal was asked for by a name of this machine: no other site's name leads here.
    static func isNamedRight(_ request: Request, isSecure: Bool) -> Bool {
        guard let authority = request.head.authority else { return false }
        if isSecure { return true }
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return localNames.contains(host.lowercased())
    }
}
