import School
import Testing

@Suite("Attendance codes by the date of the session")
struct AttendanceCodeTests {
    static let lastOld = CalendarDate(iso: "2024-08-18")
    static let firstNew = CalendarDate(iso: "2024-08-19")

    static let current: [(String, StatisticalClass)] =
        classes(.present, "/ \\ L") + classes(.approvedActivity, "B K P V W")
        + classes(.authorisedAbsence, "C C1 C2 E I J1 M R S T") + classes(.unauthorisedAbsence, "G N O U")
        + classes(.notRequired, "D Q X Y1 Y2 Y3 Y4 Y5 Y6 Y7") + classes(.notCollected, "Z #") + classes(.noMark, "-")

    static let earlier: [(String, StatisticalClass)] =
        classes(.present, "/ \\ L") + classes(.approvedActivity, "B J P V W")
        + classes(.authorisedAbsence, "C E H I M R S T F") + classes(.unauthorisedAbsence, "G N O U")
        + classes(.notRequired, "D X Y Z #") + classes(.noMark, "-")

    static func classes(_ statisticalClass: StatisticalClass, _ codes: String) -> [(String, StatisticalClass)] {
        codes.split(separator: " ").map { (String($0), statisticalClass) }
    }

    @Test("codes from 19 August 2024 have their class", arguments: current)
    func currentSet(code: String, statisticalClass: StatisticalClass) throws {
        #expect(try AttendanceCode(code, on: #require(Self.firstNew)).statisticalClass == statisticalClass)
    }

    @Test("codes of earlier sessions have their class", arguments: earlier)
    func earlierSet(code: String, statisticalClass: StatisticalClass) throws {
        #expect(try AttendanceCode(code, on: #require(Self.lastOld)).statisticalClass == statisticalClass)
    }

    @Test("the sets hold nothing else")
    func complete() {
        #expect(AttendanceCodeSet.current.codes.count == Self.current.count)
        #expect(AttendanceCodeSet.earlier.codes.count == Self.earlier.count)
    }

    @Test("codes dropped in 2024 are refused from then on", arguments: ["H", "J", "Y", "F"])
    func dropped(code: String) throws {
        #expect(throws: SchoolError(.attendanceCodeInvalid, "")) {
            try AttendanceCode(code, on: #require(Self.firstNew))
        }
    }

    @Test("codes new in 2024 are refused before", arguments: ["C1", "C2", "J1", "K", "Q", "Y1", "Y7"])
    func new(code: String) throws {
        #expect(throws: SchoolError(.attendanceCodeInvalid, "")) {
            try AttendanceCode(code, on: #require(Self.lastOld))
        }
    }

    @Test("present AM stands in the morning, present PM in the afternoon")
    func halves() throws {
        let date = try #require(Self.firstNew)
        #expect(try AttendanceCode("/", on: date, half: .am).code == "/")
        #expect(try AttendanceCode("\\", on: date, half: .pm).code == "\\")
        #expect(throws: SchoolError(.attendanceCodeSession, "")) { try AttendanceCode("/", on: date, half: .pm) }
        #expect(throws: SchoolError(.attendanceCodeSession, "")) { try AttendanceCode("\\", on: date, half: .am) }
    }

    @Test("the worked example of domain.md 4.5 counts 8 possible, 6 attended, 2 authorised")
    func totals() throws {
        let date = try #require(CalendarDate(iso: "2025-09-01"))
        let codes = try #"/\IIL\BW######"#.map { try AttendanceCode(String($0), on: date).statisticalClass }
        #expect(codes.count(where: \.isPossible) == 8)
        #expect(codes.count(where: \.isAttended) == 6)
        #expect(codes.count { $0 == .authorisedAbsence } == 2)
        #expect(codes.count { $0 == .unauthorisedAbsence } == 0)
    }
}
