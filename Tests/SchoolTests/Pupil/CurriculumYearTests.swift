import School
import Testing

@Suite("National curriculum years")
struct CurriculumYearTests {
    @Test("years sort as the table has them, never as text")
    func order() throws {
        let codes = ["E1", "E2", "N1", "N2", "R"] + (1...14).map(String.init) + ["X"]
        #expect(try codes.shuffled().map { try CurriculumYear(code: $0) }.sorted().map(\.rawValue) == codes)
        #expect(try CurriculumYear(code: "2") < CurriculumYear(code: "10"))
    }

    @Test(
        "each year has its key stage",
        arguments: [
            ("N2", 0), ("R", 0), ("1", 1), ("2", 1), ("3", 2), ("6", 2), ("7", 3), ("9", 3), ("11", 4), ("14", 5),
        ]
    )
    func keyStage(code: String, stage: Int) throws {
        #expect(try CurriculumYear(code: code).keyStage == stage)
    }

    @Test("X has no key stage")
    func notFollowed() {
        #expect(CurriculumYear.notFollowed.keyStage == nil)
    }

    @Test("other texts are no year", arguments: ["", "0", "15", "01", "r", "Year 1", "E3"])
    func refused(text: String) {
        #expect(throws: SchoolError(.curriculumYearInvalid, "")) { try CurriculumYear(code: text) }
    }
}
