import Foundation
import Testing

@testable import Commands

/// What a server tells those who watch over it, and how it stops (design.md 3, invariant 1; rulings 17).
@Suite struct ServeWatchTests {
    private func metrics(_ port: Int) throws -> [String: Double] {
        let answer = try Browser(port).get("/metrics")
        #expect(
            answer.status == 200 && answer.values("Content-Type").first?.hasPrefix("text/plain; version=0.0.4") == true
        )
        var found: [String: Double] = [:]
        for line in answer.body.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ")
            #expect(
                parts.count == 2 && line.wholeMatch(of: /[a-z_]+(\{[a-z]+="[A-Za-z0-9_]+"\})? [0-9.]+/) != nil,
                "\(line)"
            )
            found[String(parts[0])] = Double(parts[1])
        }
        for line in answer.body.split(separator: "\n") where line.hasPrefix("#") {
            #expect(line.wholeMatch(of: /# (HELP [a-z_]+ .*|TYPE [a-z_]+ (gauge|counter))/) != nil, "\(line)")
        }
        return found
    }

    @Test("health, readiness and metrics: positions, turn, tasks, sessions and answers, with nothing of anybody")
    func measures() throws {
        let scene = try PortalScene([("ada", "head"), ("dee", "it_support")], options: ["--metrics", "127.0.0.1:0"])
        let port = try scene.server.port(after: "metrics are at http://127.0.0.1:")
        let watcher = Browser(port)
        #expect(try watcher.get("/health").body == "ok\n")
        let ready = try watcher.get("/ready")
        #expect(ready.status == 200 && ready.body == "ready\n")
        let before = try metrics(port)
        let end = try #require(before["syncd_log_position"])
        #expect(before["syncd_state_position"] == end && before["syncd_state_lag_events"] == 0)
        #expect(before["syncd_not_ready"] == 0 && before["syncd_turn_held"] == 0 && before["syncd_parked_events"] == 0)
        #expect((before["syncd_wal_bytes"] ?? 0) > 0 && (before["process_resident_memory_bytes"] ?? 0) > 1_000_000)
        // Everybody who was enrolled is logged in: rosa, the office, ada and dee.
        #expect(before["syncd_sessions"] == 4)
        let browser = try scene.browser(as: "ada")
        #expect(try browser.get("/schools/\(try scene.id())").status == 200)
        #expect(try browser.get("/nowhere").status == 404)
        try scene.people.succeed("rosa", "base", "config", PortalScene.key, "--laestab", PortalScene.key)
        try scene.people.succeed("dee", "task", "create", "nightly", "--base", PortalScene.key, "--to", "Council")
        _ = try scene.people.run("dee", "task", "run", "nightly")
        let after = try metrics(port)
        #expect((after["syncd_log_position"] ?? 0) > end)
        #expect(after["syncd_http_responses_total{code=\"200\"}"] == 1)
        #expect(after["syncd_http_responses_total{code=\"404\"}"] == 1)
        #expect(after["syncd_last_runs{state=\"held\"}"] == 1)
        let text = try watcher.get("/metrics").body
        for word in ["ada", "rosa", PortalScene.key, "Larkfield", "nightly", "Council"] {
            #expect(!text.contains(word), "the metrics tell of \(word)")
        }
        for (line, status) in [("GET /", 404), ("GET /login", 404), ("POST /metrics", 404)] {
            let answer = try Browser.exchange("\(line) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", port)
            #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(line)")
        }
        #expect(try watcher.get("/metrics", ["Host": "evil.example.org"]).status == 404)
    }

    @Test("other machines are told nothing")
    func loopback() throws {
        let store = try TestStore(served: false)
        for address in ["0.0.0.0:0", "192.0.2.1:8088", "name:1"] {
            let outcome = try store.run(["serve", "--metrics", address])
            #expect(outcome.code == 64 && outcome.errors.contains("loopback"), "\(address)")
        }
        #expect(try store.run(["serve", "--log-level", "loud"]).code == 64)
    }

    @Test("the log is JSON, a line each, by level, and has no name, no address and no secret in it")
    func log() throws {
        let scene = try PortalScene([("ada", "head")], options: ["--log-level", "trace"])
        let browser = scene.browser()
        try browser.login("ada", code: scene.people.code(of: "ada"))
        let id = try scene.id()
        _ = try scene.accept(["pupil-core"], in: browser, at: id)
        _ = try browser.post("/login", [("name", "mallory"), ("password", "wrong words here")], key: nil)
        try scene.server.stop()
        let lines = try scene.server.logged()
        var pages: Set<String> = []
        for line in lines {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String],
                "\(line)"
            )
            for name in ["time", "level", "part", "message"] { #expect(object[name] != nil, "\(line)") }
            if let page = object["page"] { pages.insert(page) }
            for word in [
                "ada", "mallory", "127.0.0.1", id, People.password, browser.cookies["syncd"] ?? "none", "guess",
            ] {
                #expect(!line.contains(word), "the log tells of \(word): \(line)")
            }
        }
        #expect(
            pages.isSuperset(of: ["/login", "/login/code", "/schools/{school}", "/schools/{school}/accept"]),
            "\(pages)"
        )
        #expect(lines.contains { $0.contains("Stopping.") })
        let silent = try TestServer(of: scene.people.store.path, ["--log-level", "error"])
        try silent.stop()
        #expect(try silent.logged().isEmpty)
    }

    @Test("SIGTERM in the middle of a request: it is answered, nobody new is let in, and the server ends in order")
    func stopInRequest() throws {
        let scene = try PortalScene()
        let id = try scene.id()
        let browser = try scene.browser(as: "ada")
        let page = try browser.get("/schools/\(id)")
        let body =
            "report%5B%5D=pupil-core&list=\(page.field("list") ?? "")&password=\(People.password.replacing(" ", with: "+"))"
            + "&csrf=\(page.formKey ?? "")"
        let head = """
            POST /schools/\(id)/accept HTTP/1.1\r
            Host: 127.0.0.1:\(scene.port)\r
            Origin: http://127.0.0.1:\(scene.port)\r
            Cookie: syncd=\(browser.cookies["syncd"] ?? "")\r
            Content-Type: application/x-www-form-urlencoded\r
            Content-Length: \(body.utf8.count)\r
            \r

            """
        let answer = try Browser.exchange(String(body.dropFirst(20)), scene.port, after: head + body.prefix(20)) {
            scene.server.signal()
            // Until nobody new is let in.
            for _ in 0..<500 {
                guard (try? Browser(scene.port).get("/login")) != nil else { break }
                usleep(10_000)
            }
        }
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer.prefix(200))")
        #expect(answer.contains("is accepted"))
        try scene.server.stop()
        #expect(try scene.events("ReportAccepted").count == 1)
        try scene.people.succeed("rosa", "projections", "verify")
    }

    @Test(
        "SIGTERM in the middle of chores: what has begun ends, what has not waits, and the next server goes on with it"
    )
    func stopInChores() throws {
        let store = try TestStore(served: false)
        try store.importDay(1)
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        for key in SampleSchools.keys {
            try store.succeed("base", "config", key, "--laestab", key)
            try store.succeed("consent", "accept", "pupil-core", "--base", key)
        }
        // Times are told in minutes: the next one, unless it is about to begin.
        let start = Date(timeIntervalSinceNow: 75)
        let clock = DateFormatter()
        clock.timeZone = TimeZone(identifier: "Europe/London")
        clock.dateFormat = "HH:mm"
        let names = (1...6).map { "night-\($0)" }
        let bases = SampleSchools.keys.flatMap { ["--base", $0] }
        for name in names {
            let times = ["--days", "daily", "--at", clock.string(from: start)]
            let made = try store.run(["task", "create", name, "--to", "Council"] + bases + times)
            #expect(made.code == 0, "\(made.errors)")
        }
        let runs = names.count * SampleSchools.keys.count
        let first = try TestServer(of: store.path)
        try wait(for: 1, "TransferStarted", in: store)
        try first.stop()
        #expect(try store.run(["run-due", "--preview"]).code == 0)
        let second = try TestServer(of: store.path)
        try wait(for: runs, "TransferCompleted", in: store)
        try second.stop()
        // Each once, and none cut off; what the recipient has by another task already is no file.
        #expect(try store.events("--type", "TransferCompleted").count == runs)
        #expect(try store.events("--type", "TransferFailed").isEmpty)
        let waiting = try store.object("run-due", "--preview")["waiting"] as? [Any]
        #expect(waiting?.isEmpty == true)
        #expect(try !store.succeed("status").output.contains("interrupted"))
        try store.succeed("projections", "verify")
    }

    /// Waits until there are so many events of a type; not for ever.
    private func wait(for count: Int, _ type: String, in store: TestStore) throws {
        let end = Date(timeIntervalSinceNow: 240)
        while try store.events("--type", type).count < count {
            guard Date() < end else { throw Program.Unexpected("no \(count) events \(type)") }
            usleep(50_000)
        }
    }
}
