import Foundation
import Testing

@testable import Commands

/// A school with pupils, a recipient and people, and the portal of a real server on it.
final class PortalScene {
    let people: People
    let server: TestServer
    let port: Int

    static let key = SampleSchools.keys[0]
    static let other = SampleSchools.keys[1]

    /// - Parameter roles: who is there, with which role at the first school.
    init(_ roles: [(name: String, role: String)] = [("ada", "head")], options: [String] = []) throws {
        people = try People(try TestStore(served: false), operator: "rosa")
        try people.enrol("office", "school_admin", at: nil)
        let days = try SampleSchools.shared.get()
        try people.succeed("office", "import", "--format", "syncd-csv", "--full", "--register", days.folder(1))
        try people.succeed("rosa", "recipient", "add", "Council", "--party", "820", "--folder", people.store.outbox)
        for (name, role) in roles { try people.enrol(name, role, at: Self.key) }
        server = try TestServer(
            of: people.store.path,
            ["--portal", "127.0.0.1:0"] + options,
            environment: ["SYNCD_TEST_CHORES": "none"]
        )
        port = try server.port(after: "http://127.0.0.1:")
    }

    /// A browser in which nobody is logged in.
    func browser() -> Browser { Browser(port) }

    /// A browser in which somebody is logged in, with the session that the command line has.
    func browser(as name: String) throws -> Browser { Browser(port, session: try people.token(of: name)) }

    /// A school's id, as it stands in addresses.
    func id(_ key: String = key) throws -> String {
        guard let id = try people.object("rosa", "base", "show", key)["id"] as? String else {
            throw Program.Unexpected("no id of \(key)")
        }
        return id
    }

    /// The events of a type so far.
    func events(_ type: String) throws -> [[String: Any]] {
        try people.events().filter { $0["type"] as? String == type }
    }

    /// Accepts reports as a browser does: tick, look at what follows, say yes.
    func accept(
        _ reports: [String],
        in browser: Browser,
        at id: String,
        list: String? = nil,
        password: String = People.password
    ) throws -> Browser.Answer {
        let page = try browser.get("/schools/\(id)")
        let list = list ?? page.field("list") ?? ""
        let query = reports.map { "report%5B%5D=\($0)" }.joined(separator: "&")
        let question = try browser.get("/schools/\(id)/accept?list=\(list)&\(query)")
        return try browser.post(
            "/schools/\(id)/accept",
            reports.map { ("report[]", $0) } + [("list", list), ("password", password)],
            key: question.formKey ?? page.formKey
        )
    }
}
