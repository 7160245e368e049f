import Access
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOPosix
import Sealing

/// Answers every request: what no page took care of becomes a plain page, and every answer gets the safe headers.
struct PortalResponder: HTTPResponder {
    typealias Context = PortalContext

    let desk: any SchoolDesk
    let pages: Pages
    let cookie: SessionCookie
    let lanes: WorkLanes
    let counts: PortalCounts
    let logger: Logger
    let pending = PendingLogins()
    private var router: RouterResponder<PortalContext>?

    init(_ desk: any SchoolDesk, isSecure: Bool, lanes: WorkLanes, counts: PortalCounts, logger: Logger) throws {
        self.desk = desk
        self.lanes = lanes
        self.counts = counts
        self.logger = logger
        pages = try Pages()
        cookie = SessionCookie(isSecure: isSecure)
        router = nil
        router = makeRouter()
    }

    /// One handler a route: a request is looked at in the same way whatever it asks for.
    private func makeRouter() -> RouterResponder<PortalContext> {
        let router = Router(context: PortalContext.self)
        for route in Route.allCases {
            router.on(RouterPath(route.path), method: route.isPost ? .post : .get) { request, context in
                try await answer(route, request, context)
            }
        }
        return router.buildResponder()
    }

    func respond(to request: Request, context: PortalContext) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        do {
            guard OriginCheck.isNamedRight(request, isSecure: cookie.isSecure), let router else {
                throw Refusal.notFound
            }
            response = try await router.respond(to: request, context: context)
            // What the library itself answers, such as to a path that is no page.
            if response.status.code >= 400, response.headers[.contentType]?.hasPrefix("text/html") != true {
                response = page(for: Self.refusal(response.status))
            }
        } catch let refusal as Refusal {
            response = page(for: refusal)
        } catch let error as AccessError {
            response = page(for: Refusal(error))
        } catch {
            // The error's own words may hold anything.
            logger.error("a page failed", metadata: ["error": "\(type(of: error))"])
            response = page(for: Refusal(.failed, "Something unforeseen went wrong. Nothing was lost; try again."))
        }
        SafeHeaders.add(to: &response, isSecure: cookie.isSecure)
        counts.count(response.status)
        // By its row: what stands in the address, and whose it is, is nobody's business here.
        logger.info(
            "answered",
            metadata: [
                "method": "\(request.method.rawValue.prefix(8))", "page": "\(context.endpointPath ?? "none")",
                "status": "\(response.status.code)",
                "milliseconds": "\((ContinuousClock.now - start) / .milliseconds(1))",
            ]
        )
        return response
    }

    private func answer(_ route: Route, _ request: Request, _ context: PortalContext) async throws -> Response {
        guard let command = route.command else { throw Refusal.notFound }
        if route == .stylesheet { return Self.text(Stylesheet.text, as: "text/css; charset=utf-8") }
        if route.isPost, !OriginCheck.isFromHere(request, isSecure: cookie.isSecure) { throw Refusal.foreignForm }
        let form = try await Form.of(request, context, isPost: route.isPost)
        let token = cookie.token(route.needsSession ? cookie.session : cookie.visit, in: request)
        if route.needsSession, token == nil { throw Refusal.notLoggedIn }
        if route.isPost, !FormKey.fits(form.csrf, token) { throw Refusal.foreignForm }
        let visit = Visit(
            form: form,
            token: token,
            earlier: cookie.token(cookie.session, in: request),
            school: context.parameters.get("school") ?? "",
            visitor: Visitor(command: command, token: token?.text, address: context.address)
        )
        return try await lanes.run(slowly: route.isPost) {
            if route.needsSession { try answerInside(route, visit) } else { try answerOutside(route, visit) }
        }
    }

    /// A plain page for a refusal; whoever is not logged in is led to where one logs in.
    func page(for refusal: Refusal) -> Response {
        if refusal.kind == .notLoggedIn { return Self.leading(to: "/login", [cookie.removing(cookie.session)]) }
        return Self.html(pages.message(refusal.title, [refusal.sentence], isWrong: true), refusal.status)
    }

    private static func refusal(_ status: HTTPResponse.Status) -> Refusal {
        switch status {
        case .contentTooLarge: Refusal(.tooLong, "That is more than this form can hold.")
        case .badRequest: Refusal(.unreadable, "The request could not be read.")
        default: .notFound
        }
    }

    static func html(
        _ text: String,
        _ status: HTTPResponse.Status = .ok,
        _ cookies: [String] = []
    ) -> Response {
        var response = Self.text(text, as: "text/html; charset=utf-8")
        response.status = status
        for cookie in cookies { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return response
    }

    static func leading(to path: String, _ cookies: [String] = []) -> Response {
        var response = Response(status: .seeOther, headers: [.location: path])
        for cookie in cookies { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return response
    }

    private static func text(_ text: String, as type: String) -> Response {
        Response(status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

/// A request that was looked at: a form of this portal's, if it is a form.
struct Visit: Sendable {
    let form: Form
    /// The session's token, or before anybody is logged in the visit's.
    let token: Token?
    /// The session's, also on pages that need none.
    let earlier: Token?
    /// The school of the address; empty for none.
    let school: String
    let visitor: Visitor

    /// The key for the forms of the page that is shown.
    var formKey: String { token.map(FormKey.of) ?? "" }
}
