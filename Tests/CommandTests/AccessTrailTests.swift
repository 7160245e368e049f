import ArgumentParser
import Foundation
import School
import Testing

@testable import Commands

/// Reading leaves a trace, whatever the command, and the trace can be asked (invariant 11, rulings 12).
@Suite struct AccessTrailTests {
    /// Ways out on which somebody sees what is held of people.
    private static let shown: Set<School.OutputPath> = [
        .pupilShow, .pupilFind, .history, .changesOpen, .replayOpen, .issues, .rebuildReview, .expectedCopy, .rerun,
        .bundle,
        .subjectBundle, .runPeople, .readers, .permissions,
    ]

    /// A command of each, as somebody would give it; `RUN` is a run, `FOLDER` a place for files.
    private static let invocations: [String: [[String]]] = [
        "pupil show": [["pupil", "show", "P-001-00001"]],
        "pupil find": [["pupil", "find", "amoah"]],
        "pupil protect": [["pupil", "protect", "P-001-00001", "--restricted-address", "yes", "--preview"]],
        "pupil attendance": [["pupil", "attendance", "P-001-00001"]],
        "pupil consents": [["pupil", "consents", "P-001-00001"]],
        "history": [["history", "P-001-00001"], ["history", "P-001-00001", "--disclosures"]],
        "changes": [["changes", "--open", "--limit", "5"]],
        "replay": [["replay", "--open", "--to", "9"], ["replay", "--run", "RUN", "--into", "FOLDER"]],
        "issues list": [["issues", "list", "--all", "--open"]],
        "issues show": [["issues", "show", "ISSUE", "--open"]],
        "projections rebuild": [["projections", "rebuild", "--review", "--open"]],
        "task show": [["task", "show", "nightly", "--copy", "FOLDER/copy.json"]],
        "audit bundle": [["audit", "bundle", "P-001-00001", "FOLDER/bundle", "--for", "auditor"]],
        "audit run": [["audit", "run", "RUN", "--people"]],
        "audit access": [["audit", "access", "--open"]],
    ]

    /// Commands with such a way out that open nothing, each with its reason.
    private static let exempt = [
        "pupil consent": "it writes down what one person said, and tells nothing that was held",
        "matches show": "traced in MatchingTests, where there is somebody to match",
        "conflicts show": "traced in MatchingTests, where there is a conflict",
        "leavers report": "traced in KeptFiguresTests, where somebody has left",
    ]

    @Test("rulings 12: every command that shows what is held of people asks for a reason and appends one RecordsRead")
    func everyCommand() throws {
        for (command, paths) in SafeguardingTable.paths where !paths.isDisjoint(with: Self.shown) {
            let isKnown = Self.invocations[command] != nil || Self.exempt[command] != nil
            #expect(isKnown, "`syncd \(command)` shows data of people: name it here, and trace it")
        }
        let store = try TestStore()
        try store.importDay(1)
        try store.prepareTask(consent: true)
        try store.succeed("task", "run", "nightly")
        let run = try #require(try store.objects("task", "log", "nightly").first?["run"] as? Int)
        let issue = try issue(store)
        for (command, lines) in Self.invocations {
            for (number, line) in lines.enumerated() {
                let folder = try store.scratch.folder("\(command) \(number)".replacing(" ", with: "-"))
                let words = line.map {
                    $0.replacing("RUN", with: String(run)).replacing("ISSUE", with: issue).replacing(
                        "FOLDER",
                        with: folder
                    )
                }
                let before = try store.events("--type", "RecordsRead").count
                #expect(try store.run(words).code == 64, "\(words) asks for no reason")
                #expect(try store.events("--type", "RecordsRead").count == before)
                let outcome = try store.run(words + ["--reason", "test"])
                #expect(outcome.code == 0, "\(words): \(outcome.errors)")
                #expect(try store.events("--type", "RecordsRead").count == before + 1, "\(words)")
            }
        }
    }

    /// A data issue, made by a UPN that is none.
    private func issue(_ store: TestStore) throws -> String {
        let folder = store.scratch.path("spoilt")
        try FileManager.default.copyItem(atPath: try SampleSchools.shared.get().folder(2), toPath: folder)
        let path = folder + "/pupils.csv"
        var text = try String(contentsOfFile: path, encoding: .utf8)
        text = text.replacing(/[A-Z]00120012\d{4}/, maxReplacements: 1) { _ in "A000000000000" }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        _ = try store.run(["import", "--format", "syncd-csv", "--full", folder])
        let found = try store.objects("issues", "list", "--all").first
        return String(try #require(found?["issue"] as? Int ?? found?["number"] as? Int))
    }

    @Test("audit access tells looks at one person: by name, and over a range in which something of the person stands")
    func subject() throws {
        let store = try TestStore()
        try store.importDay(1)
        try store.succeed("history", "P-001-00001", "--reason", "Zzyzx one")
        try store.succeed("history", "P-001-00002", "--reason", "Zzyzx two")
        try store.succeed("replay", "--open", "--from", "1", "--to", "2", "--reason", "nobody in it")
        try store.succeed("replay", "--open", "--reason", "everybody in it")
        let closed = try store.run(["audit", "access", "--subject", "P-001-00001", "--json"])
        #expect(!closed.output.contains("Zzyzx"))
        let looks = try closed.objects
        #expect(looks.map { $0["about"] as? String } == ["named", "range"])
        #expect(looks.allSatisfy { $0["actorName"] is NSNull && $0["reason"] is NSNull })
        let opened = try store.objects("audit", "access", "--subject", "P-001-00001", "--open", "--reason", "review")
        #expect(opened.map { $0["reason"] as? String } == ["Zzyzx one", "everybody in it"])
        let actor = try #require(opened.first?["actorName"] as? String)
        let by = try store.objects("audit", "access", "--actor", actor)
        #expect(by.count == 5)
        #expect(try store.objects("audit", "access", "--to", "01/01/2020").isEmpty)
        #expect(try store.objects("audit", "access", "--from", "2020-01-01").count == 5)
        #expect(try store.refusal("audit", "access", "--actor", "nobody") == "subjectUnknown")
        let path = store.scratch.path("access.csv")
        try store.succeed("audit", "access", "--csv", path)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
        #expect(lines.count == 6)
    }
}
