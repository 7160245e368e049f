import Foundation
import Testing

/// How long data of leavers are kept: rules, what they say, and orders from them.
@Suite struct RetentionTests {
    private static let base = CanarySchool.base

    @Test("Issue 5: rules per data group say what would go when; a run orders it, and leaves out what must stay")
    func rules() throws {
        let school = try CanarySchool()
        let store = school.store
        try school.leave()
        try school.importFiles()
        #expect(try store.succeed("retention", "plan").output.contains("No rules"))
        try store.succeed("retention", "rule", "sen", "--years", "5", "--base", Self.base, "--reason", "Policy 4")
        try store.succeed("retention", "rule", "address", "--months", "12", "--base", Self.base, "--reason", "Policy 4")
        let record = ["retention", "rule", "record", "--years", "7", "--base", Self.base, "--reason", "Policy 5"]
        for _ in 0..<2 { #expect(try store.run(record).code == 0) }
        #expect(try store.events("--type", "RetentionRuleSet").count == 3)
        // They left on 20/07/2018.
        func due(_ day: String) throws -> [String: Int] {
            let items = try store.objects("retention", "plan", "--base", Self.base, "--on", day)
            return try Dictionary(
                uniqueKeysWithValues: items.map {
                    (try #require($0["data"] as? String), ($0["goes"] as? [String])?.count ?? 0)
                }
            )
        }
        #expect(try due("19/07/2019")["address"] == 0)
        #expect(try due("20/07/2019")["address"] == 2)
        #expect(try due("19/07/2025")["record"] == 0)
        // The register is kept here: its youngest entries stay for six years.
        let kept = try store.objects("retention", "plan", "--base", Self.base).first {
            $0["data"] as? String == "record"
        }
        #expect((kept?["stays"] as? [[String: Any]])?.map { $0["because"] as? String } == ["register", "register"])
        try store.succeed("base", "config", Self.base, "--register", "external")
        try store.succeed("retention", "hold", school.shared, "--reason", "Claim 7")
        let plan = try store.objects("retention", "plan", "--base", Self.base)
        let goes = plan.reduce(0) { $0 + (($1["goes"] as? [String])?.count ?? 0) }
        #expect(try store.refusal("retention", "run", "--reason", "Yearly") == "notConfirmed")
        #expect(try store.refusal("retention", "run", "--reason", "Yearly", "--confirm", "100") == "notConfirmed")
        let run = try store.run(["retention", "run", "--reason", "Yearly", "--confirm", "\(goes)", "--now"])
        #expect(run.code == 0, "\(run.errors)")
        #expect(try store.refusal("pupil", "show", school.alone, "--reason", "x") == "subjectUnknown")
        #expect(try store.succeed("pupil", "show", school.shared, "--reason", "x").output.contains(Canary.marker))
        #expect(try store.refusal("retention", "run", "--reason", "Yearly", "--confirm", "1") == "nothingToErase")
        try store.succeed("projections", "verify")
        #expect(try store.object("audit", "verify")["intact"] as? Bool == true)
        try store.succeed("retention", "rule", "sen", "--remove", "--base", Self.base, "--reason", "Under review")
        #expect(try store.objects("retention", "plan", "--base", Self.base).count == 2)
    }

    @Test("A period goes from a month to a hundred years, and a rule is for what may go by itself")
    func usage() throws {
        let store = try TestStore()
        try store.succeed("base", "add", "OAK")
        let rule = ["retention", "rule", "sen", "--base", "OAK", "--reason", "x"]
        for arguments in [
            [], ["--years", "0"], ["--years", "101"], ["--months", "-1"], ["--years", "1", "--remove"],
        ] {
            #expect(try store.run(rule + arguments).code == 64, "\(arguments)")
        }
        let other = ["retention", "rule", "basicDetails", "--base", "OAK", "--reason", "x", "--years", "1"]
        #expect(try store.run(other).code == 64)
    }
}
