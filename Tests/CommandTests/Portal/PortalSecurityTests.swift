import Access
import Foundation
import School
import Testing

@testable import Commands
@testable import Portal

/// Attacks on the head's page (OWASP ASVS 5, sections 3, 6, 7, 8).
@Suite struct PortalSecurityTests {
    private static func path(_ route: Route, _ id: String) -> String {
        route.path.replacingOccurrences(of: "{school}", with: id)
    }

    @Test("every page has a row in the table of roles, and every row is of a page")
    func rows() {
        #expect(Set(Route.allCases.map(\.rawValue)) == Set(AccessTable.knownPages))
        for route in Route.allCases { #expect(route.command.flatMap { AccessTable.row($0) } != nil, "\(route)") }
    }

    @Test(
        "S0-04, S0-08, S0-09: every page for every role: what the table allows and nothing else; who is nobody is led to the login"
    )
    func everyRole() throws {
        let people = [
            ("ada", Role.head), ("ben", .headProxy), ("cem", .nominatedContact), ("dee", .itSupport),
            ("fay", .multiUserAdmin), ("gus", .dpo), ("hal", .auditor),
        ]
        let scene = try PortalScene(people.map { ($0.0, $0.1.rawValue) })
        for (name, role) in [("ivy", Role.laAdmin), ("jon", .laOfficer)] {
            try scene.people.enrol(name, role.rawValue, at: nil)
        }
        let machines = try [("agent-1", Role.agent), ("council", .recipient)].map { name, role in
            let place = role == .agent ? ["--base", PortalScene.key] : []
            let made = try scene.people.run("rosa", ["user", "add", name, "--role", role.rawValue, "--json"] + place)
            return (role, try #require(try made.object["token"] as? String, "\(made.errors)"))
        }
        var tokens: [(Role, String)] = try (people + [("ivy", .laAdmin), ("jon", .laOfficer)]).map {
            ($0.1, try scene.people.token(of: $0.0))
        }
        tokens += [
            (.operator, try scene.people.token(of: "rosa")), (.schoolAdmin, try scene.people.token(of: "office")),
        ]
        tokens += machines
        #expect(Set(tokens.map(\.0)) == Set(Role.allCases))
        let id = try scene.id()
        for route in Route.allCases where route != .logout {
            let row = try #require(route.command.flatMap { AccessTable.row($0) })
            for (role, token) in tokens {
                let browser = Browser(scene.port, session: token)
                let answer = try ask(route, id, browser, key: Token(token).map(FormKey.of))
                let isAllowed = row.reach == .anybody || row.roles.contains(role)
                let isRefused = answer.status == 403
                // A form before the login has another session's key here, which is refused whatever the role.
                if route.isPost && !route.needsSession {
                    #expect(isRefused, "\(route) by \(role)")
                } else {
                    #expect(isRefused != isAllowed, "\(route) by \(role): \(answer.status)")
                }
            }
            let nobody = try ask(route, id, scene.browser(), key: nil)
            if route.needsSession { #expect(nobody.location == "/login", "\(route) by nobody") }
        }
        #expect(try scene.events("ReportAccepted").isEmpty)
        // Going out is everybody's own.
        for (role, token) in tokens where !role.isMachine && role != .operator {
            let browser = Browser(scene.port, session: token)
            let out = try browser.post("/logout", [], key: Token(token).map(FormKey.of))
            #expect(out.location == "/login", "\(role)")
            #expect(try Browser(scene.port, session: token).get("/").location == "/login")
        }
    }

    /// Asks for a page; a form without reports, so that nothing is decided.
    private func ask(_ route: Route, _ id: String, _ browser: Browser, key: String?) throws -> Browser.Answer {
        let path = Self.path(route, id)
        return route.isPost ? try browser.post(path, [("report[]", "none")], key: key) : try browser.get(path)
    }

    @Test("every answer has the safe headers and every cookie is out of reach of scripts and other sites")
    func headers() throws {
        let scene = try PortalScene()
        let id = try scene.id()
        var answers: [(String, Browser.Answer)] = []
        for route in Route.allCases {
            for browser in [scene.browser(), try scene.browser(as: "ada")] where route != .logout {
                answers.append((route.rawValue, try ask(route, id, browser, key: nil)))
            }
        }
        let browser = scene.browser()
        answers.append(("login", try browser.login("ada", code: scene.people.code(of: "ada"))))
        for path in ["/nowhere", "/schools/%00", "/schools/../login", "/style.css/x", "/login?name=%ZZ"] {
            answers.append((path, try scene.browser().get(path)))
        }
        answers.append(("foreign name", try scene.browser().get("/login", ["Host": "evil.example.org"])))
        for (name, answer) in answers {
            for (header, part) in [
                ("Content-Security-Policy", "default-src 'none'"),
                ("Content-Security-Policy", "frame-ancestors 'none'"),
                ("Content-Security-Policy", "form-action 'self'"), ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
            ] {
                #expect(answer.values(header).first?.contains(part) == true, "\(name) without \(header)")
            }
            #expect(answer.values("Server").isEmpty && answer.values("Access-Control-Allow-Origin").isEmpty)
            for cookie in answer.values("Set-Cookie") {
                #expect(
                    cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict") && cookie.contains("; Path=/")
                )
                #expect(!cookie.contains("Domain"))
            }
            #expect(!answer.body.contains("<script") && !answer.body.contains("style="))
            if name == "foreign name" || name == "/nowhere" { #expect(answer.status == 404) }
        }
        #expect(answers.contains { !$0.1.values("Set-Cookie").isEmpty })
    }

    @Test("a form without the session's key, with another's, or from another site changes nothing")
    func forgery() throws {
        let scene = try PortalScene([("ada", "head"), ("cem", "nominated_contact")])
        let id = try scene.id()
        let browser = try scene.browser(as: "ada")
        let own = try browser.get("/schools/\(id)").formKey
        let others = try scene.browser(as: "cem").get("/schools/\(id)").formKey
        #expect(own != nil && own != others)
        let list = try browser.get("/schools/\(id)").field("list") ?? ""
        let form = [("report[]", "pupil-core"), ("list", list), ("password", People.password)]
        let here = "http://127.0.0.1:\(scene.port)"
        let forged: [(String?, [String: String])] = [
            (nil, [:]), (others, [:]), (String(own?.dropLast() ?? ""), [:]),
            (own, ["Origin": "http://evil.example.org"]),
            (own, ["Origin": "null"]), (own, ["Origin": ""]),
            (own, ["Origin": here.replacingOccurrences(of: "http", with: "https")]),
            (own, ["Sec-Fetch-Site": "cross-site"]), (own, ["Sec-Fetch-Site": "same-site"]),
        ]
        for (key, headers) in forged {
            for path in ["/schools/\(id)/accept", "/schools/\(id)/withdraw", "/logout"] {
                #expect(try browser.post(path, form, key: key, headers).status == 403, "\(path) \(headers)")
            }
        }
        // Nor is anything changed by asking for a page, whatever stands behind the question mark.
        let page = "/schools/\(id)/accept?report%5B%5D=pupil-core&list=\(list)&password=x&csrf=\(own ?? "")"
        #expect(try browser.get(page).status == 200)
        #expect(try browser.post("/schools/\(id)/accept", form, key: own, ["Content-Type": "text/plain"]).status == 400)
        #expect(try scene.events("ReportAccepted").isEmpty)
        // The login itself: a form of a visit that was never here.
        let stranger = scene.browser()
        let login = [("name", "ada"), ("password", People.password)]
        #expect(try stranger.post("/login", login, key: try scene.browser().get("/login").formKey).status == 403)
        // And it would have gone through.
        #expect(try browser.post("/schools/\(id)/accept", form, key: own).status == 200)
    }

    @Test(
        "wrong name and wrong password answer alike; guesses are slowed for the account and the address, and counted in the log"
    )
    func guesses() throws {
        let scene = try PortalScene([("ada", "head")])
        let browser = scene.browser()
        let key = try browser.get("/login").formKey
        func guess(_ name: String) throws -> Browser.Answer {
            try browser.post("/login", [("name", name), ("password", "guess guess guess")], key: key)
        }
        let wrong = try guess("ada")
        let nobody = try guess("nobody")
        #expect(wrong.status == 422 && wrong.status == nobody.status && wrong.withoutKey == nobody.withoutKey)
        var statuses: [Int] = []
        for _ in 0..<5 { statuses.append(try guess("ada").status) }
        #expect(statuses.contains(429))
        // During the wait even the right password is not looked at.
        #expect(try browser.post("/login", [("name", "ada"), ("password", People.password)], key: key).status == 429)
        #expect(try !scene.events("LoginFailed").isEmpty)
    }

    @Test("attack: a visitor who says to come from elsewhere each time is slowed all the same")
    func forwarded() throws {
        let scene = try PortalScene([("ada", "head")])
        let browser = scene.browser()
        let key = try browser.get("/login").formKey
        var statuses: [Int] = []
        for number in 1...8 {
            let claimed = [
                "Forwarded": "for=192.0.2.\(number)", "X-Forwarded-For": "192.0.2.\(number)",
                "X-Real-IP": "192.0.2.\(number)",
            ]
            let form = [("name", "ada"), ("password", "guess guess guess")]
            statuses.append(try browser.post("/login", form, key: key, claimed).status)
        }
        #expect(statuses.contains(429))
    }

    @Test("a code holds once, a code alone is nothing, and the second step begins with a token that nobody could plant")
    func codes() throws {
        let scene = try PortalScene()
        let browser = scene.browser()
        #expect(try browser.get("/login/code").location == "/login")
        let key = try browser.get("/login").formKey
        let planted = browser.cookies
        let right = [("name", "ada"), ("password", People.password)]
        #expect(try browser.post("/login", right, key: key).location == "/login/code")
        // Whoever planted the visit's cookie does not get to the second step with it.
        let attacker = scene.browser()
        attacker.cookies = planted
        #expect(try attacker.get("/login/code").location == "/login")
        let code = try #require(scene.people.code(of: "ada"))
        let page = try browser.get("/login/code")
        let wrong = String(code.reversed().map { $0 == "0" ? "1" : "0" })
        #expect(try browser.post("/login/code", [("code", wrong)], key: page.formKey).status == 422)
        #expect(try browser.post("/login/code", [("code", code)], key: page.formKey).location == "/")
        let second = scene.browser()
        #expect(try second.login("ada", code: code).status == 422)
        #expect(second.cookies["syncd"] == nil)
    }

    @Test(
        "a session that was planted is replaced; one that was stolen is dead after logging out, and after a change of roles"
    )
    func sessions() throws {
        let scene = try PortalScene([("ada", "head"), ("ben", "head_proxy"), ("cem", "nominated_contact")])
        let id = try scene.id()
        let browser = scene.browser()
        browser.cookies["syncd"] = String(repeating: "ab", count: 32)
        try browser.login("ada", code: scene.people.code(of: "ada"))
        let token = try #require(browser.cookies["syncd"])
        #expect(token != String(repeating: "ab", count: 32))
        #expect(try browser.get("/schools/\(id)").status == 200)
        let thief = Browser(scene.port, session: token)
        _ = try browser.post("/logout", [], key: try browser.get("/schools/\(id)").formKey)
        #expect(try thief.get("/schools/\(id)").location == "/login")
        // The web and the command line have one session: what ends the one ends the other.
        let shared = try scene.browser(as: "ben")
        #expect(try shared.get("/schools/\(id)").status == 200)
        let form = [
            ("report[]", "pupil-core"), ("list", try shared.get("/schools/\(id)").field("list") ?? ""),
            ("password", People.password),
        ]
        let key = try shared.get("/schools/\(id)").formKey
        try scene.people.succeed("ada", "user", "proxy", "ben", "--base", PortalScene.key, "--remove")
        #expect(try shared.post("/schools/\(id)/accept", form, key: key).location == "/login")
        #expect(try scene.events("ReportAccepted").isEmpty)
        // Logging in again ends the session that the browser had.
        let again = scene.browser()
        try again.login("cem", code: nil)
        let first = try #require(again.cookies["syncd"])
        try again.login("cem", code: nil)
        #expect(again.cookies["syncd"] != first)
        #expect(try Browser(scene.port, session: first).get("/schools/\(id)").location == "/login")
        #expect(try again.get("/schools/\(id)").status == 200)
        try scene.people.succeed("rosa", "user", "disable", "cem")
        #expect(try again.get("/schools/\(id)").location == "/login")
    }

    @Test("too much is refused: of a form, of headers, of methods; and nothing within is told")
    func limits() throws {
        let scene = try PortalScene()
        let browser = scene.browser()
        let key = try browser.get("/login").formKey
        let long = String(repeating: "a", count: 40_000)
        #expect(try browser.post("/login", [("name", long)], key: key).status == 413)
        let header = "GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: \(long)\r\n\r\n"
        let refused = try Browser.exchange(header, scene.port)
        #expect(refused.isEmpty || refused.hasPrefix("HTTP/1.1 4"), "\(refused.prefix(40))")
        for line in ["DELETE /login", "PUT /", "POST /style.css", "TRACE /"] {
            let text = "\(line) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            let answer = try Browser.exchange(text, scene.port)
            #expect(answer.hasPrefix("HTTP/1.1 4"), "\(line): \(answer.prefix(40))")
        }
        for text in ["\u{16}\u{3}\u{1}", "GET / HTTP/9.9\r\n\r\n", "nonsense\r\n\r\n"] {
            let answer = try Browser.exchange(text + "\r\n\r\n", scene.port)
            #expect(!answer.contains("Swift") && !answer.contains("NIO") && !answer.contains("Error"))
        }
        #expect(try browser.get("/login").status == 200)
    }

    @Test("a name that could be markup is shown as text")
    func escaping() throws {
        var sheet = SchoolSheet(of: SchoolName(id: "1", key: "1", name: "<script>alert(1)</script>"))
        sheet.uploads = [.init(time: "t", report: "r", file: "\"><img src=x>", result: "<b>")]
        sheet.who = "<i>ada"
        let page = try Pages().school(sheet, formKey: "k")
        for markup in ["<script", "<img", "<b>", "<i>"] { #expect(!page.contains(markup), "\(markup)") }
        #expect(page.contains("&lt;script&gt;"))
    }

    @Test("a plain portal is for this machine alone")
    func plainIsLocal() throws {
        let store = try TestStore(served: false)
        for address in ["0.0.0.0:0", "192.0.2.1:8087", "[::]:0"] {
            let outcome = try store.run(["serve", "--portal", address])
            #expect(outcome.code == 64 && outcome.errors.contains("--tls-certificate"), "\(address)")
        }
        #expect(try store.run(["serve", "--portal", "school.example.org:80"]).code == 64)
        #expect(try store.run(["serve", "--tls-certificate", "x"]).code == 64)
        let missing = try store.run(["serve", "--portal", "--tls-certificate", "x", "--tls-key", "y", "--json"])
        #expect(missing.code == 1 && missing.output.contains("fileUnusable"))
    }
}
