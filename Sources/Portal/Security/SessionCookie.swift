import Access
import HTTPTypes
import Hummingbird

/// The two cookies: one from the first page until somebody is logged in, and the session's.
///
/// Neither can be read by a script or is sent along from another site. Over TLS they bear the prefix that keeps other
/// hosts and plain connections from setting them (ASVS 3.3).
struct SessionCookie: Sendable {
    /// Whether the portal speaks TLS.
    let isSecure: Bool

    /// The session's.
    var session: String { isSecure ? "__Host-syncd" : "syncd" }
    /// Of a visit before anybody is logged in.
    var visit: String { isSecure ? "__Host-syncd-visit" : "syncd-visit" }

    /// The token that a request shows; nil for none, and for what cannot be one.
    func token(_ name: String, in request: Request) -> Token? {
        request.cookies[name].flatMap { Token($0.value) }
    }

    /// Sets a cookie that goes when the browser is closed.
    func setting(_ name: String, to token: Token) -> String { "\(name)=\(token.text)" + attributes }

    /// Takes a cookie away.
    func removing(_ name: String) -> String { "\(name)=; Max-Age=0" + attributes }

    private var attributes: String { "; Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "") }
}
