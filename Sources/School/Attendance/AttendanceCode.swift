/// How a code counts in statistics (domain.md 4.2, 4.6).
public enum StatisticalClass: String, Sendable, CaseIterable {
    /// Present.
    case present = "P"
    /// Approved educational activity: attended, elsewhere.
    case approvedActivity = "AEA"
    /// Authorised absence.
    case authorisedAbsence = "AA"
    /// Unauthorised absence.
    case unauthorisedAbsence = "UA"
    /// Not required: not a possible attendance.
    case notRequired = "NR"
    /// Not collected.
    case notCollected = "NC"
    /// No mark recorded.
    case noMark = "-"

    /// Counts among possible attendances.
    public var isPossible: Bool {
        switch self {
        case .present, .approvedActivity, .authorisedAbsence, .unauthorisedAbsence: true
        case .notRequired, .notCollected, .noMark: false
        }
    }

    /// Counts as attended.
    public var isAttended: Bool { self == .present || self == .approvedActivity }
}

/// Half a school day.
public enum SessionHalf: String, Sendable, CaseIterable {
    /// Morning.
    case am = "AM"
    /// Afternoon.
    case pm = "PM"
}

/// An attendance code of the set that was in force on the day of its session.
public struct AttendanceCode: Sendable, Hashable {
    /// One or two characters.
    public let code: String
    /// How it counts.
    public let statisticalClass: StatisticalClass
    /// What it means, as the DfE words it.
    public let meaning: String

    /// Finds a code in the set of the session's date, never of today: old codes stay valid in history.
    ///
    /// - Parameters:
    ///   - code: the code as written, upper case.
    ///   - date: the day of the session.
    ///   - half: when given, `/` is refused in the afternoon and `\` in the morning.
    /// - Throws: `SchoolError` with code `attendanceCodeInvalid`, or `attendanceCodeSession` for the wrong half.
    public init(_ code: some StringProtocol, on date: CalendarDate, half: SessionHalf? = nil) throws(SchoolError) {
        guard let found = AttendanceCodeSet.inForce(on: date).codes[String(code)] else {
            throw SchoolError(
                .attendanceCodeInvalid,
                date < AttendanceCodeSet.changeOver
                    ? "is no attendance code for sessions before 2024-08-19"
                    : "is no attendance code for sessions from 2024-08-19"
            )
        }
        if half == .pm, found.code == "/" {
            throw SchoolError(.attendanceCodeSession, "/ is present in a morning session; the afternoon's code is \\")
        }
        if half == .am, found.code == "\\" {
            throw SchoolError(.attendanceCodeSession, "\\ is present in an afternoon session; the morning's code is /")
        }
        self = found
    }

    init(code: String, statisticalClass: StatisticalClass, meaning: String) {
        self.code = code
        self.statisticalClass = statisticalClass
        self.meaning = meaning
    }
}

extension SchoolError.Code {
    /// Not in the set of the session's date.
    public static let attendanceCodeInvalid = Self(rawValue: "attendanceCodeInvalid")
    /// A morning's code in the afternoon or the reverse.
    public static let attendanceCodeSession = Self(rawValue: "attendanceCodeSession")
}
