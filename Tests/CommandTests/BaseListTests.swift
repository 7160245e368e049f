import Foundation
import Testing

/// Many schools registered from a list.
@Suite struct BaseListTests {
    private static let header =
        "URN,LA (code),EstablishmentNumber,EstablishmentName,EstablishmentStatus (code),EstablishmentStatus (name)"

    /// Made-up schools of two authorities, every fifth one closed.
    private static func list(_ count: Int) -> [String] {
        [header]
            + (1...count).map { number in
                let status = number % 5 == 0 ? "2,Closed" : "1,Open"
                return "\(100_000 + number),00\(number % 2 + 1),\(2_000 + number),School \(number),\(status)"
            }
    }

    @Test("300 schools of a public list at once: filtered, shown beforehand, and once")
    func publicList() throws {
        let store = try TestStore()
        let path = try store.list(Self.list(600))
        let before = try store.events().count
        let dry = try store.object("base", "add", "--from", path, "--la", "002", "--dry-run")
        #expect((dry["added"] as? [String])?.count == 300 && dry["appended"] as? Int == 0)
        #expect(try store.events().count == before)
        let added = try store.object("base", "add", "--from", path, "--la", "002", "--open-only")
        #expect((added["added"] as? [String])?.count == 240)
        #expect(added["leftOut"] as? Int == 360)
        let again = try store.object("base", "add", "--from", path, "--la", "002", "--open-only")
        #expect(again["appended"] as? Int == 0 && again["unchanged"] as? Int == 240)
        let base = try store.object("base", "show", "0022001")
        #expect(base["urn"] as? String == "100001" && base["name"] as? String == "School 1")
        #expect(base["laestab"] as? String == "0022001")
        try store.succeed("projections", "verify")
    }

    @Test("Invariant 9: a bad row waits with file, line, field and reason; the rest goes in")
    func parked() throws {
        let store = try TestStore()
        let path = try store.list(["key,laestab,urn,name", "OAK,12,,Oakfield", "ELM,,,Elm Grove", ",,,Ash", "A,B,C"])
        let report = try store.object("base", "add", "--from", path)
        #expect(report["added"] as? [String] == ["ELM"])
        let issues = try #require(report["issues"] as? [[String: Any]])
        #expect(issues.map { $0["line"] as? Int } == [2, 4, 5])
        #expect(issues.map { $0["field"] as? String } == ["laestab", "key", ""])
        let strict = try store.run(["base", "add", "--from", path, "--strict"])
        #expect(strict.code == 3 && strict.errors.contains("list.csv, line 2, laestab: "))
    }

    @Test("what a school lacks is filled in; another number than it has is told, never set")
    func fills() throws {
        let store = try TestStore()
        try store.succeed("base", "add", "OAK", "--urn", "100001")
        let path = try store.list([
            "key,laestab,urn,name", "OAK,0012001,100001,Oakfield", "ELM,0012002,100001,Elm", "OAK,,100009,",
        ])
        let report = try store.object("base", "add", "--from", path)
        #expect(report["filled"] as? [String] == ["OAK"] && report["parked"] as? Int == 2)
        let base = try store.object("base", "show", "OAK")
        #expect(base["laestab"] as? String == "0012001" && base["urn"] as? String == "100001")
        #expect(base["name"] as? String == "Oakfield")
    }

    @Test("a school without a DfE number needs the other key")
    func keys() throws {
        let store = try TestStore()
        let path = try store.list([Self.header, "100001,001,,Oakfield Nursery,1,Open"])
        #expect(try store.object("base", "add", "--from", path)["parked"] as? Int == 1)
        #expect(try store.object("base", "add", "--from", path, "--key", "urn")["added"] as? [String] == ["100001"])
    }

    @Test("options that do not fit together are refused")
    func usage() throws {
        let store = try TestStore()
        let path = try store.list(["key,name", "OAK,Oakfield"])
        #expect(try store.run(["base", "add"]).code == 64)
        #expect(try store.run(["base", "add", "OAK", "--from", path]).code == 64)
        #expect(try store.run(["base", "add", "OAK", "--open-only"]).code == 64)
        #expect(try store.run(["base", "add", "--from", path, "--urn", "100001"]).code == 64)
        #expect(try store.run(["base", "add", "--from", path, "--la", "82"]).code == 64)
        #expect(try store.refusal("base", "add", "--from", path, "--open-only") == "listLacksColumn")
        #expect(try store.refusal("base", "add", "--from", path, "--key", "urn") == "listLacksColumn")
    }

    @Test("a file that is no list of schools is told as that, with what to do")
    func another() throws {
        let store = try TestStore()
        let path = try store.list(["LinkURN,URN,LinkType", "100001,100002,Successor"])
        let run = try store.run(["base", "add", "--from", path])
        #expect(run.code == 1 && run.errors.contains("is no list of schools"))
        #expect(run.errors.contains("gias-links"))
    }
}

extension TestStore {
    /// Writes a list of schools.
    func list(_ lines: [String]) throws -> String {
        try scratch.write(lines.joined(separator: "\r\n") + "\r\n", to: "list.csv")
        return scratch.path("list.csv")
    }
}
