/// Which of a pupil's marks an attendance task sends on a day (S1-09 to S1-12, S1-21).
public struct MarkFilter: Sendable, Hashable {
    /// Which of the five.
    public var scope: AttendanceScope
    /// The days whose marks are sent; nil when the months do not reach into the period.
    public var days: ClosedRange<CalendarDate>?

    /// The filter of a task's run.
    ///
    /// - Parameters:
    ///   - terms: the task's.
    ///   - today: the day of the run, yyyy-MM-dd.
    /// - Returns: nil when the task sends no marks.
    public init?(_ terms: TaskTerms, on today: String) {
        guard let scope = terms.attendance, let day = CalendarDate(iso: today) else { return nil }
        self.scope = scope
        days = scope.days(on: day, months: terms.months)
    }

    /// The rows that are sent, in the order of the sessions.
    ///
    /// - Parameters:
    ///   - rows: a pupil's marks, in any order.
    ///   - closed: sessions that the calendar has closed: those between the first and the last mark are told as closed.
    public func content(of rows: [FieldRow], closed: Set<AttendanceTotals.Session>) -> GroupContent {
        guard let days else { return GroupContent(.attendance, []) }
        var kept: [AttendanceTotals.Session: FieldRow] = [:]
        for row in rows {
            guard let mark = AttendanceString.Mark(row), days.contains(mark.date),
                let code = try? AttendanceCode(mark.code, on: mark.date), scope.takes(code.statisticalClass)
            else { continue }
            kept[AttendanceTotals.Session(mark.date, mark.half)] = row
        }
        let dates = kept.keys.map(\.date)
        if scope != .unauthorisedCurrent, scope != .absencesCurrent, let first = dates.min(), let last = dates.max() {
            for session in closed where (first...last).contains(session.date) && kept[session] == nil {
                kept[session] = FieldRow([
                    .init(.sessionDate, session.date.description), .init(.sessionHalf, session.half.rawValue),
                    .init(.mark, "#"),
                ])
            }
        }
        let order = kept.sorted { ($0.key.date, $0.key.half.rawValue) < ($1.key.date, $1.key.half.rawValue) }
        return GroupContent(.attendance, order.map(\.value))
    }
}
