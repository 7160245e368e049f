import Foundation
import Testing

/// What the law keeps without identity: figures that stay when a pupil's data go, and read XXXX (rulings 10).
@Suite struct KeptFiguresTests {
    private static let base = CanarySchool.base
    private static let rule = ["retention", "rule", "attendance", "--base", base, "--reason", "Policy 6"]
    private static let report = ["leavers", "report", "--base", base, "--reason", "Absence return", "--json"]

    private func lines(_ store: TestStore) throws -> [[String: Any]] {
        let outcome = try store.run(Self.report)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try outcome.objects
    }

    /// Figures of each line that has a name, or of those without one, or of the sum.
    private func figures(_ lines: [[String: Any]], named: (String) -> Bool) -> [[Int]] {
        lines.filter { ($0["name"] as? String).map(named) ?? false }.map(Self.numbers)
            .sorted { $0.lexicographicallyPrecedes($1) }
    }

    private static func numbers(_ line: [String: Any]) -> [Int] {
        ["year", "possible", "attended", "authorised", "unauthorised", "unexplained"].map { line[$0] as? Int ?? -1 }
    }

    private func sum(_ lines: [[String: Any]]) -> [Int] {
        Self.numbers(lines.compactMap { $0["sum"] as? [String: Any] }.first ?? [:])
    }

    @Test(
        "S3-149, S3-150: with a rule to anonymise, attendance figures of erased leavers stay as XXXX, and nothing else does"
    )
    func stay() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.leave()
        try school.importFiles()
        try store.succeed("base", "config", Self.base, "--register", "external")
        let rule = try store.run(Self.rule + ["--years", "7", "--action", "anonymise"])
        #expect(rule.code == 0 && rule.output.contains("without a name"), "\(rule.errors)")
        let plan = try store.objects("retention", "plan", "--base", Self.base)
        #expect(plan.map { $0["action"] as? String } == ["anonymise"])
        let looks = try store.events("--type", "RecordsRead").count
        let before = try lines(store)
        #expect(try store.events("--type", "RecordsRead").count == looks + 1)
        let ours = figures(before) { $0.contains(Canary.marker) }
        #expect(ours.count == 2 && ours.allSatisfy { $0[1] > 0 })
        let erase = [
            "leavers", "delete", school.alone, school.shared, "--base", Self.base, "--reason", "Yearly", "--json",
        ]
        let shown = try store.run(erase + ["--dry-run"]).object
        #expect(shown["anonymised"] as? Int == 2)
        let done = try store.run(erase + ["--now", "--confirm", "2"]).object
        #expect(done["people"] as? Int == 2 && done["figuresKept"] as? Int == 2)
        let after = try lines(store)
        #expect(figures(after) { $0 == "XXXX" } == ours)
        #expect(figures(after) { $0.contains(Canary.marker) } == [])
        #expect(sum(after) == sum(before))
        for line in after where line["name"] as? String == "XXXX" {
            #expect(line["upn"] as? String == "XXXX" && line["left"] as? String == "XXXX")
        }
        let text = try store.run(Self.report.dropLast()).output
        #expect(text.contains("XXXX") && text.contains("Sum"))
        // Nothing leads from the figures to anybody, and no byte of theirs is left.
        let kept = try store.events("--type", "FiguresKept")
        let people = try Set(store.events("--type", "SubjectErased").map { $0["stream"] as? String })
        #expect(kept.count == 2 && Set(kept.map { $0["stream"] as? String }).isDisjoint(with: people))
        #expect(kept.allSatisfy { ($0["open"] as? [String: Any])?.keys.sorted() == ["group"] })
        #expect(try Canary.traces(of: [Canary.marker] + school.upns, below: [store.path, store.path + ".keys"]) == [])
        try store.succeed("projections", "verify")
        #expect(try store.object("audit", "verify")["intact"] as? Bool == true)
        // The same files once more change nothing of it.
        try school.importFiles()
        #expect(try figures(lines(store)) { $0 == "XXXX" } == ours)
    }

    @Test(
        "S3-149: without such a rule everything goes; of the data group alone the pupil's name stays and the figures go"
    )
    func without() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.leave()
        try school.importFiles()
        try store.succeed("base", "config", Self.base, "--register", "external")
        let erase = ["subject", "erase", school.alone, "--base", Self.base, "--reason", "x", "--now", "--confirm", "1"]
        #expect(try store.run(erase + ["--json"]).object["anonymised"] as? Int == 0)
        #expect(try figures(lines(store)) { $0 == "XXXX" } == [])
        // By a rule that says so, the group alone leaves figures, too.
        #expect(try store.run(Self.rule + ["--years", "1", "--action", "anonymise"]).code == 0)
        let ours = try figures(lines(store)) { $0.contains(Canary.marker) }
        #expect(ours.count == 1)
        let run = try store.run(["retention", "run", "--reason", "Yearly", "--confirm", "1", "--now"])
        #expect(run.code == 0, "\(run.errors)")
        let after = try lines(store)
        #expect(figures(after) { $0 == "XXXX" } == ours && figures(after) { $0.contains(Canary.marker) } == [])
        #expect(try store.succeed("pupil", "show", school.shared, "--reason", "x").output.contains(Canary.marker))
        // A rule that is taken away keeps nothing any more, and what it kept stays.
        #expect(try store.run(Self.rule + ["--remove"]).code == 0)
        #expect(try store.run(Self.rule + ["--years", "1"]).code == 0)
        #expect(try store.objects("retention", "plan").map { $0["action"] as? String } == ["erase"])
        #expect(try figures(lines(store)) { $0 == "XXXX" } == ours)
        try store.succeed("projections", "verify")
    }

    @Test("S3-149: who is on two orders leaves figures once")
    func once() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.leave()
        try school.importFiles()
        try store.succeed("base", "config", Self.base, "--register", "external")
        #expect(try store.run(Self.rule + ["--years", "7", "--action", "anonymise"]).code == 0)
        for _ in 0..<2 {
            try store.succeed(
                "leavers",
                "delete",
                school.alone,
                "--base",
                Self.base,
                "--reason",
                "Yearly",
                "--confirm",
                "1"
            )
        }
        try store.succeed("leavers", "run", "--all")
        #expect(try store.events("--type", "FiguresKept").count == 1)
    }

    @Test("only attendance and the record can be anonymised: of nothing else there are figures")
    func usage() throws {
        let store = try TestStore()
        try store.succeed("base", "add", "OAK")
        let rule = [
            "retention", "rule", "sen", "--base", "OAK", "--reason", "x", "--years", "1", "--action", "anonymise",
        ]
        #expect(try store.run(rule).code == 64)
    }
}
