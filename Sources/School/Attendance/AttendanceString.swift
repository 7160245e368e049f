/// A pupil's marks of one school year as one string: two characters a day, from a start date on (domain.md 4.5).
///
/// A lossy picture of the marks: codes of two characters have one of their own here.
public struct AttendanceString: Sendable, Hashable {
    /// One session's mark.
    public struct Mark: Sendable, Hashable {
        /// The day.
        public var date: CalendarDate
        /// Morning or afternoon.
        public var half: SessionHalf
        /// The code, in full.
        public var code: String

        /// Makes a mark.
        public init(date: CalendarDate, half: SessionHalf, code: String) {
            self.date = date
            self.half = half
            self.code = code
        }
    }

    /// The day of the first two characters.
    public let start: CalendarDate
    /// The characters.
    public private(set) var characters: [Character]

    /// More than a school year, and less than what a mistaken date would make.
    private static let longest = 2 * 731

    /// An empty string that begins on a day.
    public init(start: CalendarDate) {
        self.start = start
        characters = []
    }

    /// The string of marks: from the first day on, `-` where there is none.
    ///
    /// - Returns: nil without any.
    public init?(_ marks: [Mark]) {
        guard let first = marks.map(\.date).min() else { return nil }
        self.init(start: first)
        for mark in marks { insert(mark) }
    }

    /// The text.
    public var text: String { String(characters) }

    /// Puts a mark into its place; every other place keeps its character (S2-84).
    ///
    /// - Returns: false for a day before the start, or too far after it: nothing changes.
    @discardableResult
    public mutating func insert(_ mark: Mark) -> Bool {
        let days = mark.date - start
        let position = 2 * days + (mark.half == .pm ? 1 : 0)
        guard days >= 0, position < Self.longest else { return false }
        if position >= characters.count {
            // Whole days.
            characters += Array(repeating: "-", count: 2 * (days + 1) - characters.count)
        }
        characters[position] = Self.character(of: mark.code)
        return true
    }

    /// The one character of a code.
    ///
    /// C1 and C2 are C, J1 is J, Y1 to Y7 are Y: no public table has others (domain.md 4.5).
    public static func character(of code: String) -> Character { code.first ?? "-" }
}

/// How many sessions count as what (domain.md 4.6).
public struct AttendanceTotals: Sendable, Hashable {
    /// Sessions that a pupil could attend.
    public private(set) var possible = 0
    /// Attended, here or at an approved activity.
    public private(set) var attended = 0
    /// Absent with leave.
    public private(set) var authorised = 0
    /// Absent without.
    public private(set) var unauthorised = 0
    /// N, or no mark on a session that the calendar has open.
    public private(set) var unexplained = 0

    /// Counts marks, each by the set of codes of its day; a code that its day does not have counts as nothing.
    ///
    /// - Parameter open: the sessions that the calendar has open, by day and half; without a calendar a missing mark is
    ///   unknown, and not unexplained (rulings 28).
    public init(_ marks: [AttendanceString.Mark], open: Set<Session> = []) {
        var unmarked = open
        for mark in marks {
            guard let code = try? AttendanceCode(mark.code, on: mark.date) else { continue }
            if code.statisticalClass != .noMark { unmarked.remove(Session(mark.date, mark.half)) }
            if code.code == "N" { unexplained += 1 }
            if code.statisticalClass.isPossible { possible += 1 }
            if code.statisticalClass.isAttended { attended += 1 }
            if code.statisticalClass == .authorisedAbsence { authorised += 1 }
            if code.statisticalClass == .unauthorisedAbsence { unauthorised += 1 }
        }
        unexplained += unmarked.count
    }

    /// Takes figures that were counted before.
    public init(possible: Int, attended: Int, authorised: Int, unauthorised: Int, unexplained: Int) {
        (self.possible, self.attended, self.authorised) = (possible, attended, authorised)
        (self.unauthorised, self.unexplained) = (unauthorised, unexplained)
    }

    /// Adds the figures of another.
    public static func += (left: inout Self, right: Self) {
        left.possible += right.possible
        left.attended += right.attended
        left.authorised += right.authorised
        left.unauthorised += right.unauthorised
        left.unexplained += right.unexplained
    }

    /// A day's half.
    public struct Session: Sendable, Hashable {
        /// The day.
        public var date: CalendarDate
        /// Morning or afternoon.
        public var half: SessionHalf

        /// Names a session.
        public init(_ date: CalendarDate, _ half: SessionHalf) {
            self.date = date
            self.half = half
        }
    }
}

extension AttendanceString.Mark {
    /// Reads a row of the group attendance; nil for one without day, half or code.
    public init?(_ row: FieldRow) {
        guard let date = row[.sessionDate].flatMap({ CalendarDate(iso: $0) }),
            let half = row[.sessionHalf].flatMap(SessionHalf.init(rawValue:)), let code = row[.mark]
        else { return nil }
        self.init(date: date, half: half, code: code)
    }
}
