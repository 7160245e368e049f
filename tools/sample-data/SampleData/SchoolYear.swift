/// A school year with its three terms, half-term weeks and the days on which the school is closed.
struct SchoolYear {
    /// A term, first and last day.
    struct Term {
        let code: String
        let name: String
        let start: CivilDate
        let end: CivilDate
    }

    /// The calendar year in which it starts.
    let year: Int
    let terms: [Term]
    private let closed: Set<CivilDate>

    init(_ year: Int) {
        self.year = year
        let short = padded(year % 100, 2)
        let autumn = Self.weekday(onOrAfter: CivilDate(year, 9, 1))
        let spring = Self.weekday(onOrAfter: CivilDate(year + 1, 1, 4))
        let summer = CivilDate(year + 1, 4, 13).onOrAfter(weekday: 1)
        terms = [
            Term(
                code: "AUT\(short)",
                name: "Autumn \(year)",
                start: autumn,
                end: CivilDate(year, 12, 14).onOrAfter(weekday: 5)
            ),
            Term(
                code: "SPR\(short)",
                name: "Spring \(year + 1)",
                start: spring,
                end: CivilDate(year + 1, 3, 25).onOrAfter(weekday: 5)
            ),
            Term(
                code: "SUM\(short)",
                name: "Summer \(year + 1)",
                start: summer,
                end: CivilDate(year + 1, 7, 17).onOrAfter(weekday: 2)
            ),
        ]
        var closed: Set<CivilDate> = []
        let halfTerms = [CivilDate(year, 10, 24), CivilDate(year + 1, 2, 13), CivilDate(year + 1, 5, 25)]
        for monday in halfTerms.map({ $0.onOrAfter(weekday: 1) }) {
            for day in 0..<5 { closed.insert(monday + day) }
        }
        closed.insert(CivilDate(year + 1, 5, 1).onOrAfter(weekday: 1))
        // Two training days: the first day of spring and of summer.
        closed.insert(spring)
        closed.insert(summer)
        self.closed = closed
    }

    /// The year that a date falls into; it begins on 1 September.
    init(of date: CivilDate) {
        let (year, month, _) = date.parts
        self.init(month >= 9 ? year : year - 1)
    }

    /// True when there are sessions on this day.
    func isOpen(_ date: CivilDate) -> Bool {
        date.weekday <= 5 && !closed.contains(date) && terms.contains { $0.start <= date && date <= $0.end }
    }

    /// The weekdays inside terms, open or closed.
    var weekdays: [CivilDate] {
        terms.flatMap { term in
            (term.start.days...term.end.days).map(CivilDate.init(days:)).filter { $0.weekday <= 5 }
        }
    }

    /// The first open day on or after a date, in this school year or the next.
    static func openDay(onOrAfter date: CivilDate) -> CivilDate {
        var day = date
        while !SchoolYear(of: day).isOpen(day) { day = day + 1 }
        return day
    }

    private static func weekday(onOrAfter date: CivilDate) -> CivilDate {
        date.weekday <= 5 ? date : date.onOrAfter(weekday: 1)
    }
}
