import EventLog
import Identifiers
import Projections
import School
import Transfer

/// The attendance figures of pupils, by school year.
enum PupilFigures {
    /// Counts the marks that pupils have at their schools.
    ///
    /// - Returns: by pupil; none for who has no marks.
    static func read(_ pupils: [Entity], in session: Session) throws -> [SubjectID: [YearFigures]] {
        guard !pupils.isEmpty else { return [:] }
        let today = try session.today()
        return try session.transferStates.read(reaching: session.log.durableEnd) { state in
            var open: [BaseID: Set<AttendanceTotals.Session>] = [:]
            for base in Set(pupils.map(\.base)) { open[base] = try state.openSessions(at: base) }
            var found: [SubjectID: [YearFigures]] = [:]
            for pupil in pupils {
                let marks = try state.marks(of: pupil.id, at: pupil.base).compactMap { AttendanceString.Mark($0) }
                let spell = try state.content(of: .registration, of: pupil.id, at: pupil.base)?.rows.last
                // Who has left is expected no more.
                let left = spell?[.leavingDate].flatMap { CalendarDate(iso: $0) } ?? today
                found[pupil.id] = YearFigures.all(
                    of: marks,
                    open: open[pupil.base] ?? [],
                    through: min(left, today)
                )
            }
            return found
        }
    }
}
