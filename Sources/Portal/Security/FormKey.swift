import Access
import Sealing

/// What shows that a form was filled in on a page of the same session: a code of the session's token.
///
/// It follows from the token and tells nothing of it, so nothing is kept, and forms outlive a restart of the server.
enum FormKey {
    private static let purpose = Array("syncd form 1".utf8)

    /// The key that a session's forms carry.
    static func of(_ token: Token) -> String {
        var hmac = HMAC()
        let key = Array(token.text.utf8)
        return key.withUnsafeBytes { key in purpose.withUnsafeBytes { hmac.code(of: $0, key: key) } }.description
    }

    /// Whether a form carries the key of a session; compared in a time that tells nothing.
    static func fits(_ key: String?, _ token: Token?) -> Bool {
        guard let key, let token else { return false }
        return SecretBytes.areEqual(Array(key.utf8), Array(of(token).utf8))
    }
}
