import Foundation
import SampleData
import Testing

/// Made-up schools: the same every time, right in themselves, and counted right.
@Suite struct SampleDataTests {
    @Test("The same seed gives the same bytes; another seed gives others")
    func sameSeedSameBytes() throws {
        let digests = try [(7, 2), (7, 2), (8, 2)].map { seed, schools in
            try withExport(schools: schools, days: 4, seed: UInt64(seed)) { root, _ in try Export.digest(of: root) }
        }
        #expect(digests[0] == digests[1])
        #expect(digests[0] != digests[2])
        // Pinned: a change of the generator changes every test that counts on its numbers, and must be meant.
        #expect(digests[0] == 6_248_587_827_521_195_208, "now \(digests[0])")
    }

    @Test("The first schools are the same however many follow")
    func schoolsDoNotDependOnLaterOnes() throws {
        let two = try withExport(schools: 2, days: 3) { _, days in days[2]["pupils"] }
        let five = try withExport(schools: 5, days: 3) { _, days in days[2]["pupils"] }
        #expect(five.count > two.count)
        #expect(Array(five.prefix(two.count)) == two)
    }

    @Test("changes.json tells what a comparison of the folders finds", arguments: [1, 2, 3] as [UInt64])
    func countsAreThoseOfAComparison(seed: UInt64) throws {
        try withExport(schools: 3, days: 8, seed: seed, turnsYear: true) { root, days in
            var judge = Judge()
            for day in days {
                let counts = try JSONDecoder().decode(
                    ChangeCounts.self,
                    from: Data(contentsOf: day.folder.appending(path: "changes.json"))
                )
                let found = judge.compare(day)
                #expect(counts.entities == found.entities, "\(root.lastPathComponent) day \(counts.day), seed \(seed)")
                #expect(counts.groups == found.groups, "day \(counts.day), seed \(seed)")
                #expect(counts.deleted == day["deletions"].count)
            }
        }
    }

    @Test("Every UPN has the right check letter, a pseudo-authority, and one owner")
    func numbersAreValid() throws {
        try withExport(schools: 4, days: 6, turnsYear: true) { _, days in
            for day in days {
                let numbers = day["pupils"].compactMap(\.["upn"]).filter { !$0.isEmpty }
                #expect(numbers.count > 100)
                #expect(Set(numbers).count == numbers.count)
                let former = day["pupils"].compactMap(\.["former_upn"]).filter { !$0.isEmpty }
                for number in numbers + former {
                    #expect(checkLetter(of: number) == number.first, "\(number)")
                    #expect(["001", "002", "003", "004", "005"].contains(number.dropFirst().prefix(3)), "\(number)")
                }
            }
        }
    }

    @Test("Phones are of the range kept free, e-mails at example.org")
    func nobodyCanBeReached() throws {
        try withExport(schools: 2, days: 3) { _, days in
            for row in days.flatMap({ $0.rows.values.joined() }) {
                for (column, value) in row where !value.isEmpty {
                    if column.hasPrefix("phone"), !column.hasSuffix("type") {
                        #expect(value.wholeMatch(of: /07700 900\d{3}/) != nil, "\(value)")
                    }
                    if column.hasSuffix("email") || column == "email_1" {
                        #expect(value.wholeMatch(of: /[a-z0-9.\-]+@([a-z]+\.)?example\.org/) != nil, "\(value)")
                    }
                }
            }
        }
    }

    @Test("The manifest counts right, rows of a pupil stand together, and every reference is there")
    func foldersAreWhole() throws {
        try withExport(schools: 3, days: 5, turnsYear: true) { _, days in
            for day in days {
                for line in day.manifest where line["line"] == "area" {
                    #expect(line["rows"] == String(day[line["name", default: ""]].count), "\(line)")
                }
                let pupils = Set(day["pupils"].compactMap(\.["pupil_key"]))
                let contacts = Set(day["contacts"].compactMap(\.["contact_key"]))
                let classes = Set(day["classes"].compactMap(\.["class_key"]))
                for area in ["registrations", "addresses", "sen", "fsm", "looked-after", "pupil-contacts"] {
                    var finished: Set<String> = []
                    var last = ""
                    for key in day[area].compactMap(\.["pupil_key"]) {
                        if key != last { #expect(finished.insert(key).inserted, "\(area) \(key)") }
                        last = key
                        #expect(pupils.contains(key), "\(area) \(key)")
                    }
                }
                #expect(day["pupil-contacts"].allSatisfy { contacts.contains($0["contact_key", default: ""]) })
                #expect(day["class-memberships"].allSatisfy { classes.contains($0["class_key", default: ""]) })
                #expect(day["attendance-marks"].allSatisfy { pupils.contains($0["pupil_key", default: ""]) })
            }
        }
    }

    @Test("At the year's turn the oldest leave with date and reason, the others move up, an intake comes")
    func yearTurns() throws {
        try withExport(schools: 1, days: 3, turnsYear: true) { _, days in
            let order = ["R", "1", "2", "3", "4", "5", "6"]
            let before = days[1].grouped("registrations", by: ["pupil_key"])
            let after = days[2].grouped("registrations", by: ["pupil_key"])
            var intake = 0
            for (key, spells) in after {
                let now = try #require(spells.last)
                guard let then = before[key]?.last else {
                    intake += 1
                    #expect(now["year_group"] == "R")
                    continue
                }
                if then["status"] == "P" {
                    #expect(now == then)
                } else if then["year_group"] == "6" {
                    #expect(now["status"] == "P")
                    #expect(now["leaving_reason"] == "Change of phase")
                    #expect(now["leaving_date"]?.hasPrefix("2026-07") == true)
                } else {
                    let place = try #require(order.firstIndex(of: then["year_group", default: ""]))
                    #expect(now["year_group"] == order[place + 1])
                }
            }
            #expect(intake == 10)
        }
    }

    @Test("A pupil moves between two schools: the old registration ends, the base changes, the key stays")
    func pupilMoves() throws {
        try withExport(schools: 2, days: 15) { _, days in
            let bases = days.map { day in
                Dictionary(uniqueKeysWithValues: day["pupils"].map { ($0["pupil_key", default: ""], $0["base"]) })
            }
            var moves = 0
            for (before, day) in zip(bases, days.indices.dropFirst()) {
                for (key, base) in bases[day] where before[key].map({ $0 != base }) == true {
                    moves += 1
                    let spells = days[day].grouped("registrations", by: ["pupil_key"])[[key]] ?? []
                    #expect(spells.map { $0["status"] } == ["P", "C"])
                    #expect(spells.last?["base"] == base)
                }
            }
            #expect(moves > 0)
        }
    }

    @Test("A day folder that is already there is left alone")
    func existingFolderIsRefused() throws {
        try withExport(schools: 1, days: 1) { root, _ in
            _ = #expect(throws: SampleDataError.self) { try plan(schools: 1, days: 1, seed: 3).write(to: root) }
        }
    }

    private func plan(schools: Int, days: Int, seed: UInt64, turnsYear: Bool = false) -> SampleData {
        SampleData(
            schools: schools,
            days: days,
            seed: seed,
            start: CivilDate(2025, 9, 1),
            pupils: 70,
            turnsYear: turnsYear
        )
    }

    private func withExport<Result>(
        schools: Int,
        days: Int,
        seed: UInt64 = 7,
        turnsYear: Bool = false,
        _ body: (URL, [Export]) throws -> Result
    ) throws -> Result {
        let root = FileManager.default.temporaryDirectory.appending(path: "sample-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let counts = try plan(schools: schools, days: days, seed: seed, turnsYear: turnsYear).write(to: root)
        let exports = try counts.map {
            try Export(root.appending(path: "day-0\($0.day)".replacing(/0(\d\d)/) { $0.1 }))
        }
        return try body(root, exports)
    }

    private func checkLetter(of number: String) -> Character? {
        let letters = Array("ABCDEFGHJKLMNPQRTUVWXYZ")
        let values = number.dropFirst().map { $0.wholeNumberValue ?? letters.firstIndex(of: $0) ?? -100 }
        let sum = zip(values, 2...13).map(*).reduce(0, +)
        return sum >= 0 ? letters[sum % 23] : nil
    }
}
