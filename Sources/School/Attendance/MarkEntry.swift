/// What marks a pupil may have before the day of entry: Z alone, prospective and not on the register yet (rulings 28).
public enum MarkEntry {
    /// The first day on which a pupil is on the register of a school; nil when the registration does not tell it.
    ///
    /// - Parameter registration: its spells; a mark between two of them is not looked at.
    public static func day(of registration: GroupContent) -> CalendarDate? {
        let days = registration.rows.map { $0[.entryDate].flatMap { CalendarDate(iso: $0) } }
        return days.contains(nil) ? nil : days.compactMap(\.self).min()
    }

    /// Whether a pupil who entered on a day may have the mark; no mark is none that could be wrong.
    ///
    /// - Parameter entry: nil when it is not known: then any mark may be right.
    public static func allows(_ mark: AttendanceString.Mark, entry: CalendarDate?) -> Bool {
        guard let entry, mark.date < entry else { return true }
        return mark.code == "Z" || mark.code == "-"
    }

    /// Why a mark waits.
    public static let reason =
        "is a mark before the pupil's entry, when only Z may be told: it waits until the entry date is corrected, and "
        + "then comes in by itself"
}
