import School

/// The marks of a pupil: strings with two characters a day (domain.md 4.5).
struct CTFAttendance {
    /// One mark.
    struct Mark {
        var date: CalendarDate
        var half: SessionHalf
        var code: String
    }

    private(set) var marks: [Mark] = []

    /// Two years: more than any string holds.
    private static let longest = 2 * 731

    /// Reads the marks at one school; those at other schools are not kept.
    ///
    /// A session without a mark and a closed one say nothing.
    init(_ pupil: CTFElement, at school: CESParty, _ values: inout CTFValues) {
        for year in pupil.first(.attendance)?.all(.yearData) ?? [] where CTFHeader.code(year) == school.description {
            for sessions in year.all(.attendSessions) { take(sessions, &values) }
        }
    }

    private mutating func take(_ sessions: CTFElement, _ values: inout CTFValues) {
        let place = "Attendance/YearData/AttendSessions/"
        // Not trimmed by the canonical form: every character has its place.
        let string = Array(sessions.text(.marks).filter { !$0.isWhitespace })
        guard !string.isEmpty else { return }
        guard let start = CalendarDate(iso: CanonicalText.of(sessions.text(.attendanceStart))) else {
            return values.note(place + "AttendanceStartDate", "is no date: the marks after it were left out")
        }
        guard string.count <= Self.longest, string.count.isMultiple(of: 2) else {
            return values.note(
                place + "AttendanceMarks",
                "must have two characters a day, for two years at most: the marks were left out"
            )
        }
        var refused = 0
        for (index, character) in string.enumerated() where character != "-" && character != "#" {
            guard let date = CalendarDate(dayNumber: start.dayNumber + Int32(index / 2)) else { continue }
            let half: SessionHalf = index.isMultiple(of: 2) ? .am : .pm
            // The string has one character for J1, which has no other meaning since the codes changed.
            let written = character == "J" && date >= AttendanceCodeSet.changeOver ? "J1" : String(character)
            guard let code = try? AttendanceCode(written, on: date, half: half) else {
                refused += 1
                continue
            }
            marks.append(Mark(date: date, half: half, code: code.code))
        }
        if refused > 0 {
            let sessions = refused == 1 ? "1 session has" : "\(refused) sessions have"
            values.note(
                place + "AttendanceMarks",
                "\(sessions) a character that stands for no one code of the day: they were left out"
            )
        }
    }
}
