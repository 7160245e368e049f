import Access
import Hummingbird
import Identifiers
import School
import Sealing

/// Pages before anybody is logged in.
extension PortalResponder {
    func answerOutside(_ route: Route, _ visit: Visit) throws -> Response {
        switch route {
        case .loginPage: form("login", "Log in", visit)
        case .login: try showPassword(visit)
        case .codePage:
            visit.token.flatMap { pending.shown(by: $0) } == nil
                ? Self.leading(to: "/login") : form("code", "Second step", visit)
        case .code: try showCode(visit)
        case .firstPage: form("first", "Set your password", visit)
        case .first: try enrol(visit)
        default: throw Refusal.notFound
        }
    }

    /// A page with a form, for a visit that has a token from here on.
    private func form(_ name: String, _ title: String, _ visit: Visit, after error: Refusal? = nil) -> Response {
        let token = visit.token ?? Token(drawnFrom: SystemRandomness())
        let text = pages.form(name, title, formKey: FormKey.of(token), sentence: error?.sentence)
        return Self.html(
            text,
            error?.status ?? .ok,
            visit.token == nil ? [cookie.setting(cookie.visit, to: token)] : []
        )
    }

    private func showPassword(_ visit: Visit) throws -> Response {
        do {
            let shown = try desk.gate.showPassword(
                visit.form.name ?? "",
                visit.form.password ?? "",
                from: visit.visitor.address
            )
            guard shown.needsCode else { return try begin(shown, code: nil, visit) }
            // A new token for the second step: one that somebody planted before has shown no password.
            let fresh = Token(drawnFrom: SystemRandomness())
            pending.keep(shown, of: fresh)
            return Self.leading(to: "/login/code", [cookie.setting(cookie.visit, to: fresh)])
        } catch let error as AccessError {
            return form("login", "Log in", visit, after: Refusal(error))
        }
    }

    private func showCode(_ visit: Visit) throws -> Response {
        guard let token = visit.token, let shown = pending.shown(by: token) else { return Self.leading(to: "/login") }
        do {
            let response = try begin(shown, code: visit.form.code, visit)
            pending.forget(token)
            return response
        } catch let error as AccessError {
            return form("code", "Second step", visit, after: Refusal(error))
        }
    }

    /// Begins a session under a new token; the one that the browser had ends.
    private func begin(_ shown: AccessGate.PasswordShown, code: String?, _ visit: Visit) throws -> Response {
        let begun = try desk.gate.login(shown, code: code, from: visit.visitor.address)
        if let earlier = visit.earlier, let principal = try? desk.gate.principal(earlier.text) {
            try desk.gate.logout(principal)
        }
        return Self.leading(
            to: "/",
            [cookie.setting(cookie.session, to: begun.token), cookie.removing(cookie.visit)]
        )
    }

    private func enrol(_ visit: Visit) throws -> Response {
        let title = "Set your password"
        guard visit.form.password == visit.form.again else {
            return form("first", title, visit, after: Refusal(.wrong, "The two passwords are not the same."))
        }
        do {
            let enrolled = try desk.gate.enrol(
                visit.form.name ?? "",
                invitation: visit.form.invitation ?? "",
                newPassword: visit.form.password ?? "",
                from: visit.visitor.address
            )
            return Self.html(pages.enrolled(secret: enrolled.codeSecret, address: enrolled.address))
        } catch let error as AccessError {
            return form("first", title, visit, after: Refusal(error))
        } catch let error as SchoolError where error.code == .passwordWeak {
            return form("first", title, visit, after: Refusal(.wrong, error.message.capitalisedSentence))
        }
    }
}

extension String {
    /// The text with a capital letter and a full stop.
    var capitalisedSentence: String {
        let start = first.map { $0.uppercased() + dropFirst() } ?? self
        return start.hasSuffix(".") ? start : start + "."
    }
}
