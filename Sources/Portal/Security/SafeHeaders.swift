import HTTPTypes
import Hummingbird

/// The headers of every answer (ASVS 3.4, 14.3.2).
enum SafeHeaders {
    /// Nothing but this site's stylesheet and forms; shown in no frame.
    static let policy =
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    private static let always: [(name: String, value: String)] = [
        ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
        // The origin alone, and to this site alone: with no referrer at all, browsers send forms with the origin "null".
        ("Referrer-Policy", "same-origin"), ("Cache-Control", "no-store"),
        ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ("X-Frame-Options", "DENY"), ("X-Robots-Tag", "noindex"),
    ]

    /// Adds them.
    static func add(to response: inout Response, isSecure: Bool) {
        for (name, value) in always {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        if isSecure, let name = HTTPField.Name("Strict-Transport-Security") {
            response.headers[name] = "max-age=31536000"
        }
    }
}
