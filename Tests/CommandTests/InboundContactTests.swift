import Foundation
import Testing

/// What an authority tells of contacts and addresses, and what is shown of it (ruling 6).
@Suite struct InboundContactTests {
    private static let base = "0012001"

    private func values(_ shown: [[String: Any]], _ item: String, _ whose: String) throws -> [[String: String]] {
        let one = try #require(shown.first { $0["item"] as? String == item })
        let rows = one[whose] as? [[[String]]] ?? []
        return rows.map { row in Dictionary(row.map { ($0[0], $0[1]) }) { first, _ in first } }
    }

    @Test(
        "ruling 6: what an authority tells of a contact waits, is shown on both sides, is made nobody's here, and clears when the MIS tells the same"
    )
    func contacts() throws {
        let scene = try MatchingTests.Scene()
        let school = scene.school
        _ = try scene.importMIS(school)
        let pupil = try #require(try scene.mis.rows("pupils").first { $0["base"] == Self.base }?["pupil_key"])
        let links = try scene.mis.rows("pupil-contacts").filter { $0["pupil_key"] == pupil }
        let contact = try #require(links.first?["contact_key"])
        let old = try #require(try scene.mis.rows("contacts").first { $0["contact_key"] == contact }?["phone_1"])
        func tell(_ number: String) throws {
            try scene.mis.edit("contacts") { row in
                row["contact_key"] == contact ? row.merging(["phone_1_type": "M", "phone_1": number]) { $1 } : row
            }
        }
        try tell("07700 900999")
        try scene.prepareAuthority()
        #expect((try scene.take()["matches"] as? [String: Int])?["conflicts"] ?? 0 >= 1)
        let list = try school.objects("conflicts", "list")
        #expect(Set(list.compactMap { $0["item"] as? String }) == ["contacts"])
        let theirs = try #require(list.first?["theirs"] as? String)
        let shown = try school.objects("conflicts", "show", theirs, "--reason", "x")
        #expect(try values(shown, "contacts", "theirs").contains { $0["phone"] == "07700 900999" }, "\(shown)")
        #expect(try values(shown, "contacts", "ours").contains { $0["phone"] == old }, "\(shown)")
        #expect(try !values(shown, "contacts", "ours").contains { $0["phone"] == "07700 900999" })
        let text = try school.succeed("conflicts", "show", theirs, "--reason", "x").output
        #expect(text.contains("phone 07700 900999") && !text.contains("contactKey"), "\(text)")
        // Whose details were shown can see that they were.
        let person = try #require(
            try school.events("--type", "ContactGroupChanged").first?["stream"] as? String
        )
        #expect(try !school.objects("audit", "access", "--subject", person).isEmpty)
        // Nobody becomes a contact here.
        #expect(try school.refusal("conflicts", "accept", theirs, "--reason", "x") == "contactsOfMIS")
        #expect(try school.run(["conflicts", "rule", "--base", Self.base, "contacts", "if-null"]).code == 64)
        try school.succeed("conflicts", "rule", "--base", Self.base, "contacts", "never")
        #expect(try school.objects("conflicts", "list").isEmpty)
        try school.succeed("conflicts", "rule", "--base", Self.base, "contacts", "conflict")
        // What is discarded comes back when the authority tells something else of the contact.
        for one in list {
            try school.succeed("conflicts", "discard", try #require(one["theirs"] as? String), "--reason", "x")
        }
        #expect(try school.objects("conflicts", "list").isEmpty)
        try tell("07700 900998")
        _ = try scene.importMIS(scene.authority)
        try scene.authority.succeed("task", "run", "back")
        _ = try scene.take()
        #expect(try school.objects("conflicts", "list").contains { $0["theirs"] as? String == theirs })
        // The MIS tells the same: it clears itself.
        _ = try scene.importMIS(school)
        #expect(try school.objects("conflicts", "list").isEmpty)
        // Of a restricted pupil the whereabouts of contacts are kept back on both sides.
        try tell("07700 900997")
        _ = try scene.importMIS(scene.authority)
        try scene.authority.succeed("task", "run", "back")
        _ = try scene.take()
        let protected = try #require(
            try school.object("pupil", "show", pupil, "--base", Self.base, "--reason", "x")["id"] as? String
        )
        let protect = ["--base", Self.base, "--restricted-address", "yes", "--reason", "x"]
        #expect(try school.run(["pupil", "protect", pupil] + protect).code == 0)
        let hidden = try school.succeed("conflicts", "show", theirs, "--reason", "x").output
        #expect(hidden.contains("phone restricted") && !hidden.contains("07700"), "\(hidden)")
        // Nor is it shown where the authority's record is opened by itself.
        let told = try #require(
            try school.objects("matches", "list").first { $0["ours"] as? String == protected }?["theirs"] as? String
        )
        let street = try school.object("pupil", "show", told, "--reason", "x")
        #expect(!"\(street)".contains("Quarry Bank") && "\(street)".contains("restricted"), "\(street)")
        try school.succeed("projections", "verify")
    }

    @Test("ruling 6: of an address that the school does not have, what the authority tells is shown beside nothing")
    func nullAddress() throws {
        let scene = try MatchingTests.Scene()
        let pupil = try #require(try scene.mis.rows("pupils").first { $0["base"] == Self.base }?["pupil_key"])
        let addresses = try scene.mis.rows("addresses")
        try scene.mis.edit("addresses") { $0["pupil_key"] == pupil ? nil : $0 }
        #expect(try scene.mis.rows("addresses").count < addresses.count)
        try scene.mis.count()
        _ = try scene.importMIS(scene.school)
        try FileManager.default.removeItem(atPath: scene.mis.path)
        try FileManager.default.copyItem(atPath: SampleSchools.shared.get().folder(1), toPath: scene.mis.path)
        try scene.prepareAuthority()
        _ = try scene.take()
        let waits = try #require(
            try scene.school.objects("conflicts", "list").first { $0["item"] as? String == "address" }
        )
        let theirs = try #require(waits["theirs"] as? String)
        let shown = try scene.school.objects("conflicts", "show", theirs, "--reason", "x")
        #expect(try values(shown, "address", "theirs").first?["postcode"] != nil, "\(shown)")
        #expect(shown.first { $0["item"] as? String == "address" }?["ours"] is NSNull)
        let text = try scene.school.succeed("conflicts", "show", theirs, "--reason", "x").output
        #expect(text.contains("  ours    -"), "\(text)")
        try scene.school.succeed("conflicts", "rule", "--base", Self.base, "address", "if-null")
        #expect(try scene.school.object("matches", "find")["taken"] as? Int == 1)
        #expect(try scene.school.objects("conflicts", "list").allSatisfy { $0["item"] as? String != "address" })
    }
}
