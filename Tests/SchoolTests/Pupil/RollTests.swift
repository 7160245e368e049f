import School
import Testing

@Suite struct RollTests {
    private func registration(_ spells: [Field: String]...) -> GroupContent {
        GroupContent(.registration, spells.map { FieldRow($0.map { .init($0.key, $0.value) }) })
    }

    @Test("on roll from the entry date until the day before the leaving date")
    func bounds() {
        let spell = registration([.enrolmentStatus: "C", .entryDate: "2023-09-04", .leavingDate: "2024-07-19"])
        #expect(!Roll.isOnRoll(spell, on: "2023-09-03"))
        #expect(Roll.isOnRoll(spell, on: "2023-09-04"))
        #expect(Roll.isOnRoll(spell, on: "2024-07-18"))
        #expect(!Roll.isOnRoll(spell, on: "2024-07-19"))
    }

    @Test("one of several spells is enough, and between them nobody is on roll")
    func spells() {
        let twice = registration(
            [.enrolmentStatus: "P", .entryDate: "2020-09-01", .leavingDate: "2021-07-20"],
            [.enrolmentStatus: "M", .entryDate: "2023-09-04"]
        )
        #expect(Roll.isOnRoll(twice, on: "2021-01-21"))
        #expect(!Roll.isOnRoll(twice, on: "2022-01-20"))
        #expect(Roll.isOnRoll(twice, on: "2024-01-18"))
    }

    @Test("a guest is on another roll, a previous pupil without dates on none", arguments: ["G", "P", "X"])
    func others(status: String) {
        #expect(!Roll.isOnRoll(registration([.enrolmentStatus: status]), on: "2024-01-18"))
        #expect(Roll.isOnRoll(registration([.yearGroup: "3"]), on: "2024-01-18"))
        #expect(!Roll.isOnRoll(registration(), on: "2024-01-18"))
    }
}
