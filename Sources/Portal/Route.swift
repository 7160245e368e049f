import School

/// Every page of the portal: what is not here is not there.
enum Route: String, CaseIterable, Sendable {
    case stylesheet = "GET /style.css"
    case loginPage = "GET /login"
    case login = "POST /login"
    case codePage = "GET /login/code"
    case code = "POST /login/code"
    case firstPage = "GET /first"
    case first = "POST /first"
    case logout = "POST /logout"
    case schools = "GET /"
    case school = "GET /schools/{school}"
    case acceptPage = "GET /schools/{school}/accept"
    case accept = "POST /schools/{school}/accept"
    case proxyPage = "GET /schools/{school}/proxy"
    case proxy = "POST /schools/{school}/proxy"
    case withdrawPage = "GET /schools/{school}/withdraw"
    case withdraw = "POST /schools/{school}/withdraw"

    /// Whether it changes something: a form with the session's own key is asked for.
    var isPost: Bool { rawValue.hasPrefix("POST ") }

    /// The path, with what varies in braces.
    var path: String { String(rawValue.drop { $0 != "/" }) }

    /// The command whose row in the table of roles answers for it; nil opens it to nobody.
    var command: String? { AccessTable.command(ofPage: rawValue) }

    /// Whether somebody has to be logged in.
    var needsSession: Bool {
        command.flatMap { AccessTable.row($0) }?.reach != .anybody
    }
}
