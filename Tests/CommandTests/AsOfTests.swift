import Foundation
import Identifiers
import Testing

@testable import Commands

@Suite struct AsOfTests {
    @Test("a day means its end in London, on both sides of a clock change; what is no date is refused")
    func moments() {
        let iso = { (text: String) in LondonTime.instant(text).map(LondonTime.iso) }
        #expect(iso("03/03/2024") == "2024-03-03T23:59:59.999999Z")
        #expect(iso("2024-03-03") == "2024-03-03T23:59:59.999999Z")
        #expect(iso("2024-07-01") == "2024-07-01T22:59:59.999999Z")
        #expect(iso("31/03/2024") == "2024-03-31T22:59:59.999999Z")
        #expect(iso("27/10/2024") == "2024-10-27T23:59:59.999999Z")
        #expect(iso("03/03/2024 09:30") == "2024-03-03T09:30:59.999999Z")
        #expect(iso("2024-03-03T09:30:15") == "2024-03-03T09:30:15.999999Z")
        for text in ["31/06/2024", "3/3/2024", "2024-3-3", "03/03/24", "03/03/2024 9:30", "03/03/2024 24:00", "x", ""] {
            #expect(LondonTime.instant(text) == nil, "\(text)")
        }
        #expect(Moment(argument: "0") == nil && Moment(argument: "17")?.kind == .position(17))
        #expect(DayArgument(argument: "18/01/2024")?.day == "2024-01-18")
        #expect(DayArgument(argument: "18/01/2024 10:00") == nil)
    }

    /// Somebody whose data the second day changes, and the positions at which each day had been taken in.
    private func twoDays(_ store: TestStore) throws -> (pupil: String, first: Int, second: Int) {
        try store.importDay(1)
        let first = try store.events().count
        let start = try store.object("changes", "--from-now", "--class", "address")
        try store.importDay(2)
        let second = try store.events().count
        let page = try store.object("changes", "--class", "address", "--since", try #require(start["next"] as? String))
        let changed = (page["changes"] as? [[String: Any]] ?? []).first {
            $0["change"] as? String == "changed" && $0["kind"] as? String == "pupil"
        }
        return (try #require(changed?["id"] as? String), first, second)
    }

    private func groups(_ record: [String: Any]) -> [[String: Any]] { record["groups"] as? [[String: Any]] ?? [] }

    /// The groups as something that can be compared.
    private func held(_ record: [String: Any]) -> NSArray { groups(record) as NSArray }

    @Test("pupil show --as-of answers from the log as then known, and says of when it is")
    func pupil() throws {
        let store = try TestStore()
        let before = try twoDays(store)
        let then = try store.object("pupil", "show", before.pupil, "--reason", "r", "--as-of", "\(before.first)")
        let now = try store.object("pupil", "show", before.pupil, "--reason", "r")
        let late = try store.object("pupil", "show", before.pupil, "--reason", "r", "--as-of", "\(before.second)")
        #expect(!held(then).isEqual(held(now)))
        #expect(held(late).isEqual(held(now)))
        #expect(groups(then).allSatisfy { ($0["position"] as? Int ?? .max) <= before.first })
        #expect((then["asOf"] as? [String: Any])?["position"] as? Int == before.first)
        #expect(now["asOf"] == nil)
        let text = try store.succeed("pupil", "show", before.pupil, "--reason", "r", "--as-of", "\(before.first)")
            .output
        #expect(text.hasPrefix("As known at position "))
        #expect(try store.refusal("pupil", "show", before.pupil, "--reason", "r", "--as-of", "1") == "subjectUnknown")
        let beyond = try store.refusal("pupil", "show", before.pupil, "--reason", "r", "--as-of", "9999999")
        #expect(beyond == "positionBeyondEnd")
        let early = try store.refusal("pupil", "show", before.pupil, "--reason", "r", "--as-of", "01/01/1999")
        #expect(early == "positionBeyondEnd")
    }

    @Test("base show --as-of and --effective: who was on roll on a day, as known at a time")
    func base() throws {
        let store = try TestStore()
        let days = try twoDays(store)
        try store.succeed("consent", "accept", "pupil-core", "--base", "0012001")
        let then = try store.object("base", "show", "0012001", "--as-of", "\(days.first)", "--effective", "2025-09-01")
        let pupils = try SampleSchools.shared.get().pupils(at: "0012001")
        #expect((then["entities"] as? [String: Int])?["pupil"] == pupils)
        let roll = then["effective"] as? [String: Any]
        #expect(roll?["date"] as? String == "2025-09-01")
        #expect((1...pupils).contains(roll?["onRoll"] as? Int ?? 0))
        let long = try store.object("base", "show", "0012001", "--effective", "1950-01-01")
        #expect((long["effective"] as? [String: Any])?["onRoll"] as? Int == 0)
        #expect("\(then["reports"] ?? "")".contains("not accepted"))
        #expect("\(try store.object("base", "show", "0012001")["reports"] ?? "")".contains("accepted (version 1)"))
        #expect(try store.refusal("base", "show", "0012001", "--as-of", "1") == "baseUnknown")
    }
}
