import Foundation
import Testing

@testable import Commands
@testable import Portal

/// The head's page in a browser, through a real server (requirements S0).
@Suite struct PortalTests {
    @Test(
        "S0-02, S0-05, S0-06, S0-07, S0-10, S0-19, S0-20, S0-22: a head logs in with two steps, ticks, accepts, and sees the green square"
    )
    func accept() throws {
        let scene = try PortalScene()
        let browser = scene.browser()
        #expect(try browser.get("/").location == "/login")
        let came = try browser.login("ada", code: scene.people.code(of: "ada"))
        #expect(came.status == 303 && came.location == "/")
        let id = try scene.id()
        // Somebody of one school is led there at once.
        #expect(try browser.get("/").location == "/schools/\(id)")
        let page = try browser.get("/schools/\(id)")
        #expect(page.status == 200)
        let settings = try scene.people.object("ada", "consent", "settings", "--base", PortalScene.key)
        for text in [
            try #require(settings["licenceKey"] as? String), "The authority keeps its record of children in education",
            "available to be accepted", "No export has run yet.", "Accept Selected Reports",
            "controller: decides by itself",
            "nobody yet: no task sends this report", "UPN",
        ] {
            #expect(page.body.contains(text), "no \(text)")
        }
        #expect(!page.body.contains("class=\"square\""))
        // The page before says what follows, and changes nothing.
        let list = try #require(page.field("list"))
        #expect(list == settings["listVersion"] as? String)
        let question = try browser.get("/schools/\(id)/accept?list=\(list)&report%5B%5D=pupil-core")
        #expect(question.status == 200 && question.body.contains("What follows"))
        #expect(question.body.contains("Pupil core") && !question.body.contains("Class lists"))
        #expect(try scene.events("ReportAccepted").isEmpty)
        let told = try scene.accept(["pupil-core"], in: browser, at: id)
        #expect(told.status == 200 && told.body.contains("Report pupil-core version 1 is accepted"))
        let accepted = try scene.events("ReportAccepted")
        #expect(accepted.count == 1)
        let open = try #require(accepted.first?["open"] as? [String: Any])
        #expect(open["role"] as? String == "head" && open["listVersion"] as? String == list)
        #expect(open["report"] as? String == "pupil-core")
        let after = try browser.get("/schools/\(id)")
        #expect(after.body.components(separatedBy: "class=\"square\"").count == 2)
        #expect(after.body.contains("Withdraw Pupil core"))
    }

    @Test(
        "S0-21: the upload history tells what went, the newest first; the page names the recipient and the task's state"
    )
    func history() throws {
        let scene = try PortalScene([("ada", "head"), ("dee", "it_support")])
        let browser = try scene.browser(as: "ada")
        let id = try scene.id()
        try scene.people.succeed("rosa", "base", "config", PortalScene.key, "--laestab", PortalScene.key)
        try scene.people.succeed("dee", "task", "create", "nightly", "--base", PortalScene.key, "--to", "Council")
        #expect(
            try browser.get("/schools/\(id)").body.contains(
                "nightly: Pupil core, disabled until the report is accepted"
            )
        )
        _ = try scene.accept(["pupil-core"], in: browser, at: id)
        try scene.people.succeed("dee", "task", "run", "nightly")
        try scene.people.succeed("dee", "task", "run", "nightly")
        let page = try browser.get("/schools/\(id)").body
        #expect(page.contains("nightly: Pupil core, runs at its times"))
        #expect(page.contains("<dd>Council</dd>"))
        let newest = try #require(page.range(of: "Nothing to Send"))
        let first = try #require(page.range(of: "Successfully Exported"))
        #expect(newest.lowerBound < first.lowerBound)
    }

    @Test("S2-107, S2-108: the school's page asks for a login, and then lists that school's tasks and no other's")
    func ownTasks() throws {
        let scene = try PortalScene()
        let id = try scene.id()
        for (task, base) in [("hill-night", PortalScene.key), ("vale-night", PortalScene.other)] {
            try scene.people.succeed("rosa", "base", "config", base, "--laestab", base)
            try scene.people.succeed("rosa", "task", "create", task, "--base", base, "--to", "Council")
        }
        let nobody = try scene.browser().get("/schools/\(id)")
        #expect(nobody.location == "/login" && !nobody.body.contains("hill-night"))
        let page = try scene.browser(as: "ada").get("/schools/\(id)")
        #expect(page.status == 200 && page.body.contains("hill-night") && !page.body.contains("vale-night"))
    }

    @Test("withdrawing asks first, says what follows, and takes the report back; the same form again changes nothing")
    func withdraw() throws {
        let scene = try PortalScene()
        let browser = try scene.browser(as: "ada")
        let id = try scene.id()
        _ = try scene.accept(["pupil-core", "attendance"], in: browser, at: id)
        let question = try browser.get("/schools/\(id)/withdraw?report%5B%5D=pupil-core")
        #expect(question.body.contains("The recipient is told that sharing has ended. That deletes nothing there."))
        let form = [("report[]", "pupil-core"), ("password", People.password)]
        let told = try browser.post("/schools/\(id)/withdraw", form, key: question.formKey)
        #expect(told.status == 200 && told.body.contains("Report pupil-core is withdrawn"))
        let again = try browser.post("/schools/\(id)/withdraw", form, key: question.formKey)
        #expect(again.body.contains("nothing to withdraw"))
        #expect(try scene.events("ReportWithdrawn").count == 1)
        let settings = try scene.people.object("ada", "consent", "settings", "--base", PortalScene.key)
        let states = (settings["reports"] as? [[String: Any]] ?? []).compactMap { $0["state"] as? String }
        #expect(states.count { $0 == "accepted" } == 1)
    }

    @Test(
        "rulings 7: the head who stops a statutory report is warned on the page before, and told the duty that remains"
    )
    func duty() throws {
        let scene = try PortalScene()
        let browser = try scene.browser(as: "ada")
        let id = try scene.id()
        _ = try scene.accept(["attendance", "pupil-core"], in: browser, at: id)
        let question = try browser.get("/schools/\(id)/withdraw?report%5B%5D=attendance")
        #expect(question.body.contains("This report is a duty of the school"))
        #expect(question.body.contains("School Attendance (Pupil Registration) (England) Regulations 2024"))
        let other = try browser.get("/schools/\(id)/withdraw?report%5B%5D=pupil-core")
        #expect(!other.body.contains("This report is a duty of the school"))
        let form = [("report[]", "attendance"), ("password", People.password)]
        let told = try browser.post("/schools/\(id)/withdraw", form, key: question.formKey)
        #expect(told.status == 200 && told.body.contains("the duty remains"))
        // The command says the same.
        try scene.people.succeed("ada", "consent", "accept", "attendance", "--base", PortalScene.key)
        let said = try scene.people.succeed("ada", "consent", "withdraw", "attendance", "--base", PortalScene.key)
        #expect(said.output.contains("the duty remains: School Attendance"))
    }

    @Test("stopping a statutory report warns, and names the duty that remains")
    func statutory() throws {
        var sheet = SchoolSheet(of: SchoolName(id: "1", key: "8201001", name: "Hill"))
        var report = SchoolSheet.ReportLine()
        (report.name, report.title, report.isAccepted) = ("census", "Census", true)
        report.duty = "the census, Education Act 1996 section 537A"
        sheet.reports = [report]
        let question = Question(kind: .withdraw, names: ["census"], list: "")
        let page = try Pages().confirm(question, sheet, formKey: "k", sentence: nil)
        #expect(page.contains("This report is a duty of the school") && page.contains("section 537A"))
    }

    @Test(
        "S0-08, S0-09: a nominated contact sees the page without the button; trying all the same changes nothing and is told"
    )
    func contact() throws {
        let scene = try PortalScene([("ada", "head"), ("ben", "head_proxy"), ("cem", "nominated_contact")])
        let id = try scene.id()
        let browser = try scene.browser(as: "cem")
        let page = try browser.get("/schools/\(id)")
        #expect(page.status == 200 && page.body.contains("Licence key"))
        #expect(!page.body.contains("<button>Accept") && !page.body.contains("type=\"checkbox\""))
        let before = try scene.events("AccessRefused").count
        let told = try browser.post(
            "/schools/\(id)/accept",
            [("report[]", "pupil-core"), ("list", page.field("list") ?? ""), ("password", People.password)],
            key: page.formKey
        )
        #expect(told.status == 403 && told.body.contains("Only the head teacher or a head proxy"))
        #expect(try scene.events("ReportAccepted").isEmpty)
        #expect(try scene.events("AccessRefused").count == before + 1)
        #expect(try scene.accept(["pupil-core"], in: try scene.browser(as: "ben"), at: id).status == 200)
        let open = try scene.events("ReportAccepted").first?["open"] as? [String: Any]
        #expect(open?["role"] as? String == "head_proxy")
    }

    @Test(
        "a head of several schools picks one; another's school answers like one that does not exist, and that is told"
    )
    func schools() throws {
        let scene = try PortalScene()
        let foreign = try scene.id(PortalScene.other)
        let browser = try scene.browser(as: "ada")
        let before = try scene.events("AccessRefused").count
        let missing = try browser.get("/schools/" + String(repeating: "0", count: 32))
        let other = try browser.get("/schools/\(foreign)")
        #expect(missing.status == 404 && other.status == 404 && missing.body == other.body)
        #expect(try scene.events("AccessRefused").count == before + 1)
        let refused = try scene.accept(["pupil-core"], in: browser, at: foreign)
        #expect(refused.status == 403 || refused.status == 404)
        #expect(try scene.events("ReportAccepted").isEmpty)
        try scene.people.succeed("rosa", "user", "role", "ada", "--role", "head", "--base", PortalScene.other)
        // The session of before has ended with the new role.
        #expect(try browser.get("/").location == "/login")
        try scene.people.login("ada")
        let both = try scene.browser(as: "ada")
        let list = try both.get("/")
        #expect(list.status == 200 && list.body.contains(PortalScene.key) && list.body.contains(PortalScene.other))
        #expect(try both.get("/schools/\(foreign)").status == 200)
    }

    @Test(
        "the first time: the invitation sets the password and shows the key of codes once; then the head logs in with it"
    )
    func firstTime() throws {
        let scene = try PortalScene([])
        let invitation = try scene.people.invite("eve", "head", at: PortalScene.key)
        let browser = scene.browser()
        let page = try browser.get("/first")
        func set(_ password: String, _ again: String, _ invitation: String) throws -> Browser.Answer {
            try browser.post(
                "/first",
                [("name", "eve"), ("invitation", invitation), ("password", password), ("again", again)],
                key: page.formKey
            )
        }
        #expect(try set(People.password, "other words here", invitation).body.contains("are not the same"))
        #expect(try set("short", "short", invitation).status == 422)
        #expect(try set(People.password, People.password, String(repeating: "ab", count: 32)).status == 422)
        let enrolled = try set(People.password, People.password, invitation)
        #expect(enrolled.status == 200)
        let shown = try #require(enrolled.body.range(of: "class=\"secret\"><code>"))
        let secret = enrolled.body[shown.upperBound...].prefix { $0 != "<" }.filter { $0 != " " }
        scene.people.keep(secret: secret, of: "eve")
        #expect(try set(People.password, People.password, invitation).status == 422)
        #expect(try browser.login("eve", code: scene.people.code(of: "eve")).location == "/")
        #expect(try browser.get("/").location == "/schools/\(try scene.id())")
    }

    @Test("two heads accept at once: one event, and the other is told")
    func twoHeads() async throws {
        let scene = try PortalScene([("ada", "head"), ("bob", "head")])
        let id = try scene.id()
        let browsers = try [scene.browser(as: "ada"), scene.browser(as: "bob")]
        let page = try browsers[0].get("/schools/\(id)")
        let form = [("report[]", "pupil-core"), ("list", page.field("list") ?? ""), ("password", People.password)]
        let keys = try browsers.map { try $0.get("/schools/\(id)").formKey }
        let bodies = await withTaskGroup(of: String.self) { group in
            for (token, key) in zip(browsers.map { $0.cookies["syncd"] }, keys) {
                group.addTask { [port = scene.port] in
                    let told = try? Browser(port, session: token).post("/schools/\(id)/accept", form, key: key)
                    return told?.body ?? ""
                }
            }
            var bodies: [String] = []
            for await body in group { bodies.append(body) }
            return bodies
        }
        #expect(try scene.events("ReportAccepted").count == 1)
        #expect(bodies.count { $0.contains("is accepted already") } == 1)
        #expect(bodies.count { $0.contains("its fields may leave") } == 1)
    }

    @Test(
        "S0-19, S0-24: what is not available, and a list that has changed since it was looked at, is refused and changes nothing"
    )
    func notAvailable() throws {
        let scene = try PortalScene()
        let id = try scene.id()
        let browser = try scene.browser(as: "ada")
        let old = try scene.accept(["pupil-core"], in: browser, at: id, list: "00000000")
        #expect(old.status == 409 && old.body.contains("has changed since you looked at it"))
        try scene.people.succeed("rosa", "base", "config", PortalScene.key, "--mis", "sims_primary")
        #expect(try browser.get("/schools/\(id)").body.contains("not available for this MIS"))
        for report in ["class-lists", "no-such-report"] {
            let told = try scene.accept([report], in: browser, at: id)
            #expect(told.status == 409 && told.body.contains("is not available for your school"))
        }
        #expect(try scene.events("ReportAccepted").isEmpty)
    }

    @Test("a decision asks for the password once more: a wrong one changes nothing")
    func again() throws {
        let scene = try PortalScene()
        let id = try scene.id()
        let browser = try scene.browser(as: "ada")
        let wrong = try scene.accept(["pupil-core"], in: browser, at: id, password: "not the password")
        #expect(wrong.status == 422 && wrong.body.contains("The password is wrong. Nothing was changed."))
        #expect(wrong.body.contains("Accept these reports?"))
        #expect(try scene.events("ReportAccepted").isEmpty)
    }
}
