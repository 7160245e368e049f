import School
import Testing

@Suite("Calendar dates")
struct CalendarDateTests {
    @Test(
        "known days have known numbers",
        arguments: [
            ("1970-01-01", 0, 4), ("1969-12-31", -1, 3), ("2000-02-29", 11_016, 2), ("2024-08-19", 19_954, 1),
            ("2025-09-01", 20_332, 1), ("0001-01-01", -719_162, 1), ("9999-12-31", 2_932_896, 5),
        ]
    )
    func dayNumbers(text: String, number: Int32, weekday: Int) throws {
        let date = try #require(CalendarDate(iso: text))
        #expect(date.dayNumber == number)
        #expect(date.weekday == weekday)
        #expect(date.description == text)
        #expect(CalendarDate(dayNumber: number) == date)
    }

    @Test("every day of 1896 to 2104 follows the one before, by a calendar counted day by day")
    func walk() throws {
        var naive = (year: 1896, month: 1, day: 1)
        var date = try #require(CalendarDate(year: 1896, month: 1, day: 1))
        while naive.year < 2105 {
            let parts = date.parts
            try #require(parts == naive)
            try #require(CalendarDate(year: naive.year, month: naive.month, day: naive.day) == date)
            let leap = naive.year % 4 == 0 && (naive.year % 100 != 0 || naive.year % 400 == 0)
            let lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            naive.day += 1
            if naive.day > lengths[naive.month - 1] { naive = (naive.year, naive.month + 1, 1) }
            if naive.month > 12 { naive = (naive.year + 1, 1, 1) }
            date = try #require(date.adding(days: 1))
        }
    }

    @Test(
        "days that do not exist and other spellings are refused",
        arguments: [
            "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-4-03", "24-04-03",
            "2024/04/03", "2024-04-03 ", "٢٠٢٤-04-03", "", "0000-01-01", "2024-04-0x",
        ]
    )
    func refusedISO(text: String) {
        #expect(CalendarDate(iso: text) == nil)
    }

    @Test("slashes are read in the order that was told, ISO in any")
    func orders() throws {
        #expect(try CalendarDate("4/2/2000", order: .mdy).description == "2000-04-02")
        #expect(try CalendarDate("4/2/2000", order: .dmy).description == "2000-02-04")
        #expect(try CalendarDate("2000.2.4", order: .ymd).description == "2000-02-04")
        #expect(try CalendarDate("31-12-1999", order: .dmy).description == "1999-12-31")
        #expect(try CalendarDate("2000-02-04", order: .dmy).description == "2000-02-04")
        #expect(try CalendarDate("2000-02-04", order: nil).description == "2000-02-04")
    }

    @Test("the order is never guessed, even where only one would do (rulings 33)")
    func neverGuessed() {
        let error = #expect(throws: SchoolError.self) { try CalendarDate("25/12/2015", order: nil) }
        #expect(error?.code == .dateOrderUnknown)
        #expect(error?.message.contains("--date-order dmy") == true)
        #expect(error?.message.contains("25/12/2015") == false)
    }

    @Test(
        "a date that is none in the told order is refused, and so are two-digit years",
        arguments: ["31/12/2015", "2/30/2015", "4/2/00", "4/2", "4/2/2000/1", "4//2000", "April 2", "4/2/20000"]
    )
    func refusedSlashes(text: String) {
        #expect(throws: SchoolError(.dateInvalid, "")) { try CalendarDate(text, order: .mdy) }
    }

    @Test("arithmetic stops at the ends of the calendar")
    func ends() {
        #expect(CalendarDate.latest.adding(days: 1) == nil)
        #expect(CalendarDate.earliest.adding(days: -1) == nil)
        #expect(CalendarDate.earliest.adding(days: .max) == nil)
        #expect(CalendarDate.latest - CalendarDate.earliest == 3_652_058)
    }
}
