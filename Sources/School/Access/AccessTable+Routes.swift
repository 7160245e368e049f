/// Pages of the portal, each with the command whose row of the table answers for it.
///
/// So who may see or do something is written once, whichever way is taken. A page without a row is opened by nobody.
extension AccessTable {
    /// The command whose row answers for a page.
    ///
    /// - Parameter page: a method and a path, with what varies in braces, such as `GET /schools/{school}`.
    /// - Returns: nil for a page that the table does not know.
    public static func command(ofPage page: String) -> String? { pages[page] }

    /// Every page with a row, for tests.
    public static var knownPages: [String] { pages.keys.sorted() }

    private static let pages: [String: String] = [
        // Coming in and going out; the stylesheet tells nothing of anybody.
        "GET /style.css": "login", "GET /login": "login", "POST /login": "login", "GET /login/code": "login",
        "POST /login/code": "login", "GET /first": "login", "POST /first": "login", "POST /logout": "logout",
        // Looking at a school's settings (S0-05, S0-08).
        "GET /": "consent settings", "GET /schools/{school}": "consent settings",
        // Deciding, with a page before it that says what follows (S0-02, S0-09).
        "GET /schools/{school}/accept": "consent accept", "POST /schools/{school}/accept": "consent accept",
        "GET /schools/{school}/proxy": "user proxy", "POST /schools/{school}/proxy": "user proxy",
        "GET /schools/{school}/withdraw": "consent withdraw", "POST /schools/{school}/withdraw": "consent withdraw",
    ]
}
