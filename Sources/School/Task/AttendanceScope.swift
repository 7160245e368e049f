/// Which marks an attendance task sends: one of five (S1-08 to S1-13, rulings 23).
///
/// The raw value stands in events for ever.
public enum AttendanceScope: String, Sendable, Hashable, CaseIterable {
    /// Every mark of the present academic year (S1-09).
    case allCurrent = "all-current"
    /// Unauthorised absences of the present academic year (S1-10).
    case unauthorisedCurrent = "unauthorised-current"
    /// All absences of the present academic year (S1-11).
    case absencesCurrent = "absences-current"
    /// Every mark of the academic year before the present one (S1-12).
    case allPrevious = "all-previous"
    /// Marks that changed since the last run that went through, of SIMS Primary bases (S1-13).
    case changed

    /// The words of the screen.
    public var title: String {
        switch self {
        case .allCurrent: "All Attendances for Current Academic Year"
        case .unauthorisedCurrent: "All Unauthorised Absences for Current Academic Year"
        case .absencesCurrent: "All Absences for Current Academic Year"
        case .allPrevious: "All Attendances for Previous Academic Year"
        case .changed: "Attendance Changed Data (SIMS Primary)"
        }
    }

    /// Whether a mark of a statistical class is sent.
    public func takes(_ statisticalClass: StatisticalClass) -> Bool {
        switch self {
        case .allCurrent, .allPrevious, .changed: true
        case .unauthorisedCurrent: statisticalClass == .unauthorisedAbsence
        case .absencesCurrent: statisticalClass == .unauthorisedAbsence || statisticalClass == .authorisedAbsence
        }
    }

    /// The days whose marks are sent by a run.
    ///
    /// - Parameters:
    ///   - today: the day of the run.
    ///   - months: the last so many calendar months before the run alone (S1-21); nil for the whole period.
    /// - Returns: nil when the months do not reach into the period.
    public func days(on today: CalendarDate, months: Int?) -> ClosedRange<CalendarDate>? {
        let year = AcademicYear(of: today)
        let period = self == .allPrevious ? year.previous : year
        var first = period.first
        if let months { first = max(first, today.minus(months: months)) }
        return first <= period.last ? first...period.last : nil
    }
}
