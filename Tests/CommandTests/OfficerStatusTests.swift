import ArgumentParser
import EventLog
import Foundation
import Identifiers
import Projections
import School
import Testing

@testable import Commands

/// What a data officer reads in the morning (issue 8): every kind in text and in JSON, also from a server.
@Suite struct OfficerStatusTests {
    private func officer(_ store: TestStore) throws -> [String: Any] {
        try #require(try store.object("status")["officer"] as? [String: Any])
    }

    @Test(
        "issue 8: with a server at work, status tells of schools not heard from, and of runs that failed and were held"
    )
    func authority() throws {
        let store = try TestStore(initialised: false, served: false)
        try store.succeed("init", "--owner", "authority")
        try store.importDay(1)
        try store.prepareTask(consent: true)
        try store.succeed("base", "add", "0092001", "--laestab", "0092001")
        try store.succeed("task", "clone", "nightly", "other")
        let server = try TestServer(of: store.path, environment: ["SYNCD_TEST_CHORES": "none"])
        try FileManager.default.moveItem(atPath: store.outbox, toPath: store.scratch.path("aside"))
        #expect(try store.run(["task", "run", "nightly"]).code == 1)
        for _ in 1...2 { _ = try store.run(["consent", "withdraw", "pupil-core", "--base", "0022001"]) }
        #expect(try store.run(["task", "run", "other", "--base", "0022001"]).code == 1)
        let told = try officer(store)
        #expect(told["notHeardFrom"] as? [String] == ["0092001"])
        #expect(told["failed"] as? Int == 2 && told["held"] as? Int == 1, "\(told)")
        #expect(told["interrupted"] as? Int == 0 && (told["silent"] as? [Any])?.isEmpty == true)
        let text = try store.succeed("status").output
        for words in [
            "Nothing has come yet from 1 school: 0092001.", "Task nightly at 0012001: Failed, ",
            "Task nightly at 0022001: Failed, ", "Task other at 0022001: Held, ",
        ] { #expect(text.contains(words), "\(words) is not in \(text)") }
        try server.stop()
    }

    @Test("issue 8: with a server at work, status tells of pupils who are unmatched and of conflicts")
    func school() throws {
        let scene = try MatchingTests.Scene()
        _ = try scene.importMIS(scene.school)
        let keys = try scene.mis.rows("pupils").filter { $0["base"] == "0012001" }.compactMap { $0["pupil_key"] }
        try scene.mis.edit("pupils") { row in
            switch row["pupil_key"] {
            case keys[0]:
                row.merging(["surname": "Elsewhere", "forename": "Nobody", "birth_date": "2011-01-01"]) { $1 }
            case keys[1], keys[2]: row.merging(["preferred_forename": "Sunny"]) { $1 }
            default: row
            }
        }
        try scene.prepareAuthority()
        _ = try scene.take()
        let told = try officer(scene.school)
        #expect(told["unmatched"] as? Int == 1 && told["conflicts"] as? Int == 2, "\(told)")
        let text = try scene.school.succeed("status").output
        #expect(text.contains("1 pupil from 001LLLL:0012001 waiting for a match: `syncd matches list --waiting`."))
        #expect(text.contains("2 conflicts with 001LLLL:0012001 to decide: `syncd conflicts list`."), "\(text)")
    }

    @Test(
        "issue 8: status tells of a source that is silent for three days, and of a cursor that was set forward by hand"
    )
    func silence() throws {
        let made = try TestStore(served: false)
        try made.importDay(1)
        try made.prepareTask(consent: true)
        let options = try GlobalOptions.parse(["--store", made.path])
        let (console, surroundings) = (Console(json: true), Surroundings.ofProcess())
        let store = try OpenStore(options, purpose: "test", console: console, surroundings: surroundings)
        defer { try? store.close() }
        let session = Session(on: store, options, console: console, surroundings: surroundings)
        let task = try session.task("nightly")
        let base = try session.base("0012001")
        try session.append([CursorResets.event(of: task.id, at: base.id, to: Position(9))])
        func status(afterDays days: Int64) throws -> OfficerStatus {
            let time = session.now.advanced(bySeconds: days * 86_400 - 3_600)
            return try OfficerStatus(in: session, at: time, isChanging: false)
        }
        let soon = try status(afterDays: 3)
        #expect(!soon.sentences.contains { $0.contains("not been heard from") })
        #expect(soon.json.text.contains("\"silent\":[]"))
        let late = try status(afterDays: 4)
        #expect(late.sentences.contains { $0.hasPrefix("syncd-csv has not been heard from since ") })
        #expect(late.json.text.contains("\"silent\":[{\"source\":\"syncd-csv\","))
        let gap = "Task nightly at 0012001: what changed before position 9 may not have been sent."
        #expect(late.sentences.contains { $0.hasPrefix(gap) })
        #expect(late.json.text.contains("\"gaps\":[{\"task\":\"nightly\",\"base\":\"0012001\",\"position\":9}]"))
    }
}
