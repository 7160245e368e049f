import Foundation
import Testing

@testable import Commands

/// The head's proxy: appointed and removed by the head alone (rulings 9).
@Suite struct ProxyTests {
    private static let key = "0012001"

    private func school() throws -> People {
        let people = try People(try TestStore(), operator: "rosa")
        for key in [Self.key, "0022001"] { try people.succeed("rosa", "base", "add", key) }
        try people.enrol("ada", "head", at: Self.key)
        try people.enrol("ben", "nominated_contact", at: Self.key)
        try people.enrol("zoe", "nominated_contact", at: "0022001")
        return people
    }

    private func code(_ outcome: Program.Outcome) throws -> String? {
        (try outcome.object["error"] as? [String: Any])?["code"] as? String
    }

    @Test("S0-02: no operator makes or unmakes a proxy; the head does, and the proxy's sessions end at once")
    func headAlone() throws {
        let people = try school()
        for arguments in [
            ["user", "role", "ben", "--role", "head_proxy", "--base", Self.key],
            ["user", "role", "ben", "--role", "head_proxy", "--base", Self.key, "--remove"],
            ["user", "add", "eve", "--role", "head_proxy", "--base", Self.key],
        ] {
            let outcome = try people.run("rosa", arguments + ["--json"])
            #expect(outcome.code == 1)
            #expect(try code(outcome) == "proxyIsTheHeads")
        }
        for name in ["rosa", "ben", "zoe"] {
            #expect(try people.run(name, "user", "proxy", "ben", "--base", Self.key).code == 1, "\(name)")
        }
        let accept = ["consent", "accept", "pupil-core", "--base", Self.key]
        #expect(try people.run("ben", accept).code == 1)
        try people.enrol("mia", "head_proxy", at: Self.key)
        try people.succeed("mia", "consent", "accept", "pupil-core", "--base", Self.key)
        let open = try people.events().last { $0["type"] as? String == "ReportAccepted" }?["open"] as? [String: Any]
        #expect(open?["role"] as? String == "head_proxy")
        // A proxy appoints nobody.
        #expect(try people.run("mia", "user", "proxy", "ben", "--base", Self.key).code == 1)
        try people.succeed("ada", "user", "proxy", "mia", "--base", Self.key, "--remove")
        let after = try people.run("mia", accept + ["--json"])
        #expect(after.code == 1)
        #expect(try code(after) == "notLoggedIn")
        let unchanged = try people.object("ada", "user", "proxy", "mia", "--base", Self.key, "--remove")
        #expect(unchanged["changed"] as? Bool == false)
    }

    @Test("somebody of another school and somebody who does not exist answer alike; a head needs no proxy's role")
    func strangers() throws {
        let people = try school()
        let foreign = try people.run("ada", "user", "proxy", "zoe", "--base", Self.key)
        let missing = try people.run("ada", "user", "proxy", "nobody", "--base", Self.key)
        #expect(foreign.code == 1 && foreign.errors == missing.errors)
        #expect(try people.run("ada", "user", "proxy", "rosa", "--base", Self.key).errors == missing.errors)
        #expect(try people.run("ada", "user", "proxy", "ben", "--base", "0022001").code == 1)
        #expect(try people.run("ada", "user", "proxy", "ada", "--base", Self.key).code == 1)
        #expect(try people.events().filter { $0["type"] as? String == "RoleGranted" }.count == 4)
    }

    @Test("in the browser the head appoints and removes with the password once more; the invitation is shown once")
    func page() throws {
        let scene = try PortalScene([("ada", "head"), ("cem", "nominated_contact")])
        let id = try scene.id()
        let browser = try scene.browser(as: "ada")
        #expect(try browser.get("/schools/\(id)").body.contains("Who stands in for you"))
        #expect(try !scene.browser(as: "cem").get("/schools/\(id)").body.contains("Who stands in for you"))
        let page = try browser.get("/schools/\(id)/proxy")
        #expect(page.body.contains("Nobody stands in for you now.") && page.body.contains("<option>cem</option>"))
        func decide(_ act: String, _ name: String, _ password: String = People.password) throws -> Browser.Answer {
            let form = [("act", act), ("name", name), ("password", password)]
            return try browser.post("/schools/\(id)/proxy", form, key: page.formKey)
        }
        #expect(try decide("appoint", "cem", "wrong words here").status == 422)
        #expect(try decide("appoint", "nobody").body.contains("Nobody of this name has a role at your school."))
        let told = try decide("appoint", "cem")
        #expect(
            told.status == 200 && told.body.contains("Your proxy is cem")
        )
        let invitation = try #require(told.body.firstMatch(of: /[0-9a-f]{64}(?=\.?<)/)?.output)
        let contact = scene.browser()
        let enrolled = try contact.post(
            "/first",
            [
                ("name", "cem"), ("invitation", String(invitation)), ("password", People.password),
                ("again", People.password),
            ],
            key: try contact.get("/first").formKey
        )
        let shown = try #require(enrolled.body.range(of: "class=\"secret\"><code>"))
        let secret = enrolled.body[shown.upperBound...].prefix { $0 != "<" }.filter { $0 != " " }
        scene.people.keep(secret: secret, of: "cem")
        #expect(try contact.login("cem", code: scene.people.code(of: "cem")).location == "/")
        #expect(try contact.get("/schools/\(id)").body.contains("Accept Selected Reports"))
        #expect(try browser.get("/schools/\(id)/proxy").body.contains("Remove"))
        #expect(try decide("remove", "cem").body.contains("Your proxy is no longer cem"))
        #expect(try contact.get("/schools/\(id)").location == "/login")
    }
}
