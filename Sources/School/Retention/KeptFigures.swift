import EventLog
import Events
import Identifiers
import SwiftProtobuf

/// A pupil's sessions of one school year, as figures.
public struct YearFigures: Sendable, Hashable {
    /// The school year.
    public var year: AcademicYear
    /// What its sessions count as.
    public var totals: AttendanceTotals

    /// Names a year's figures.
    public init(year: AcademicYear, totals: AttendanceTotals) { (self.year, self.totals) = (year, totals) }

    /// The figures of each school year in which there are marks, in the order of the years.
    ///
    /// - Parameters:
    ///   - marks: those of one pupil at one school.
    ///   - open: the sessions that the calendar of the school has open.
    ///   - last: the last day on which a mark was expected: today, or the day of leaving.
    public static func all(
        of marks: [AttendanceString.Mark],
        open: Set<AttendanceTotals.Session>,
        through last: CalendarDate
    ) -> [YearFigures] {
        Dictionary(grouping: marks) { AcademicYear(of: $0.date) }.sorted { $0.key < $1.key }.map { year, marks in
            let first = marks.map(\.date).min() ?? year.first
            let end = min(max(marks.map(\.date).max() ?? last, last), year.last)
            let expected = open.filter { $0.date >= first && $0.date <= end }
            return YearFigures(year: year, totals: AttendanceTotals(marks, open: expected))
        }
    }
}

/// Figures that stay of somebody erased, in the words of `schemas/events/figures.proto` (docs/decisions/0170).
public enum KeptFigures {
    /// What stands in the place of a name, a number or a day of somebody erased (S3-150).
    public static let mask = "XXXX"

    /// The event that keeps figures.
    ///
    /// - Parameters:
    ///   - years: of one pupil at one school.
    ///   - id: drawn for these figures alone, so that nothing leads from them to the pupil.
    ///   - base: the school.
    public static func kept(_ years: [YearFigures], as id: SubjectID, at base: BaseID) -> NewEvent {
        let group = DataGroup.attendance.rawValue
        let figures = Syncd_Events_AttendanceFigures.with { $0.years = years.map(\.message) }
        return NewEvent(
            type: EventType.figuresKept.number,
            base: base,
            stream: StreamID(id),
            open: EventBytes.of(Syncd_Events_FiguresKept.with { $0.group = UInt32(group) }),
            parts: [NewPart(subject: id, dataClass: DataClass(rawValue: group), plaintext: EventBytes.of(figures))]
        )
    }

    /// The figures in the bytes of a sealed part.
    ///
    /// - Throws: what decoding throws.
    public static func years(_ bytes: [UInt8]) throws -> [YearFigures] {
        try Syncd_Events_AttendanceFigures(serializedBytes: bytes).years.map { year in
            YearFigures(
                year: AcademicYear(start: Int(year.start)),
                totals: AttendanceTotals(
                    possible: Int(year.possible),
                    attended: Int(year.attended),
                    authorised: Int(year.authorised),
                    unauthorised: Int(year.unauthorised),
                    unexplained: Int(year.unexplained)
                )
            )
        }
    }
}

extension YearFigures {
    fileprivate var message: Syncd_Events_AttendanceFigures.Year {
        .with {
            $0.start = UInt32(clamping: year.start)
            $0.possible = UInt32(clamping: totals.possible)
            $0.attended = UInt32(clamping: totals.attended)
            $0.authorised = UInt32(clamping: totals.authorised)
            $0.unauthorised = UInt32(clamping: totals.unauthorised)
            $0.unexplained = UInt32(clamping: totals.unexplained)
        }
    }
}
