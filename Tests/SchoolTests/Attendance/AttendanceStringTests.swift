import Testing

@testable import School

@Suite("The attendance string and its totals")
struct AttendanceStringTests {
    private func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(iso: text)) }

    private func mark(_ date: String, _ half: SessionHalf, _ code: String) throws -> AttendanceString.Mark {
        AttendanceString.Mark(date: try day(date), half: half, code: code)
    }

    /// Monday to Friday noon of the worked example, closed sessions as `#` (domain.md 4.5).
    private func example() throws -> [AttendanceString.Mark] {
        var marks = [
            try mark("2025-09-01", .am, "/"), try mark("2025-09-01", .pm, "\\"), try mark("2025-09-02", .am, "I"),
            try mark("2025-09-02", .pm, "I"), try mark("2025-09-03", .am, "L"), try mark("2025-09-03", .pm, "\\"),
            try mark("2025-09-04", .am, "B"),
        ]
        for date in ["2025-09-05", "2025-09-06", "2025-09-07"] {
            for half in SessionHalf.allCases { marks.append(try mark(date, half, "#")) }
        }
        return marks
    }

    @Test("S2-84: the worked example; a changed mark overwrites its one place, a repeated one changes nothing")
    func worked() throws {
        var string = try #require(AttendanceString(example()))
        #expect(string.text == "/\\IIL\\B-######")
        string.insert(try mark("2025-09-04", .pm, "W"))
        #expect(string.text == "/\\IIL\\BW######")
        let before = string
        string.insert(try mark("2025-09-04", .pm, "W"))
        #expect(string == before)
        var totals = AttendanceTotals(try example() + [mark("2025-09-04", .pm, "W")])
        #expect(
            [totals.possible, totals.attended, totals.authorised, totals.unauthorised] == [8, 6, 2, 0]
        )
        totals = AttendanceTotals(try example())
        #expect(totals.possible == totals.attended + totals.authorised + totals.unauthorised)
    }

    @Test("before the start is refused, beyond the end padded, out of all reach refused; the rest stays")
    func bounds() throws {
        var string = try #require(AttendanceString(example()))
        let before = string
        #expect(try !string.insert(mark("2025-08-31", .am, "/")))
        #expect(try !string.insert(mark("2035-09-01", .am, "/")))
        #expect(string == before)
        #expect(try string.insert(mark("2025-09-09", .am, "/")))
        #expect(string.text == before.text + "--/-")
        #expect(AttendanceString([]) == nil)
    }

    @Test("codes of two characters have one in the string: C1 and C2 C, J1 J, Y1 to Y7 Y")
    func lossy() {
        let found = ["C1", "C2", "J1", "Y1", "Y7", "/", "\\", "#"].map { String(AttendanceString.character(of: $0)) }
        #expect(found == ["C", "C", "J", "Y", "Y", "/", "\\", "#"])
    }

    @Test(
        "rulings 28: unexplained is N, and no mark on a session that the calendar has open; without a calendar it is unknown"
    )
    func unexplained() throws {
        let marks = [try mark("2025-09-01", .am, "N"), try mark("2025-09-01", .pm, "-")]
        #expect(AttendanceTotals(marks).unexplained == 1)
        let open = Set(
            try SessionHalf.allCases.flatMap { half in
                try ["2025-09-01", "2025-09-02"].map { AttendanceTotals.Session(try day($0), half) }
            }
        )
        #expect(AttendanceTotals(marks, open: open).unexplained == 4)
    }

    @Test("a school year begins on 1 September; months go back by the calendar")
    func years() throws {
        #expect(AcademicYear(of: try day("2026-08-31")).start == 2025)
        #expect(AcademicYear(of: try day("2026-09-01")).start == 2026)
        #expect(AcademicYear(start: 2025).last == (try day("2026-08-31")))
        #expect(try day("2026-03-31").minus(months: 1) == day("2026-02-28"))
        #expect(try day("2026-01-15").minus(months: 13) == day("2024-12-15"))
    }
}
