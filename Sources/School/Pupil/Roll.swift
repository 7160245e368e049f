/// Who is on a school's roll on a day, as far as the registration says.
///
/// The day is the one that the facts are about; when they became known is another matter.
public enum Roll {
    /// Enrolment statuses of a pupil on roll: current, current main, current subsidiary.
    ///
    /// A guest (G) is on another roll, a previous pupil (P) on none.
    private static let statuses: Set<String> = ["C", "M", "S"]

    /// Whether a registration has its pupil on roll on a day.
    ///
    /// One of its spells has begun and not ended: on the leaving date itself the pupil has left, as in what is sent
    /// (rulings 21, 22). A spell without a status is a current one.
    ///
    /// - Parameters:
    ///   - registration: the spells at one school.
    ///   - day: yyyy-MM-dd.
    public static func isOnRoll(_ registration: GroupContent, on day: String) -> Bool {
        registration.rows.contains { spell in
            guard let status = spell[.enrolmentStatus] else { return covers(spell, day) }
            // A previous pupil's spell was a current one while it lasted.
            return statuses.contains(status) || (status == "P" && spell[.leavingDate] != nil)
                ? covers(spell, day) : false
        }
    }

    private static func covers(_ spell: FieldRow, _ day: String) -> Bool {
        (spell[.entryDate] ?? "") <= day && (spell[.leavingDate].map { $0 > day } ?? true)
    }
}
