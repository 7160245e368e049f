import EventLog
import Identifiers
import Projections
import School

// Attendance: a mark is a thing of its own, under its pupil's keys.
extension ProjectedState {
    func marks(of pupil: SubjectID, at base: BaseID) throws -> [FieldRow] {
        var rows: [FieldRow] = []
        try snapshot.entities(.mark, of: pupil) { mark in
            guard let group = try snapshot.group(.attendance, of: mark), group.base == base else { return true }
            if let row = group.content?.rows.first, try snapshot.status(of: mark, at: base) == .present {
                rows.append(row)
            }
            return true
        }
        return rows
    }

    func closedSessions(at base: BaseID) throws -> Set<AttendanceTotals.Session> {
        if let known = calendars[base] { return known }
        let closed = try sessions(at: base, open: "false")
        calendars[base] = closed
        return closed
    }

    func openSessions(at base: BaseID) throws -> Set<AttendanceTotals.Session> {
        try sessions(at: base, open: "true")
    }

    private func sessions(at base: BaseID, open: String) throws -> Set<AttendanceTotals.Session> {
        var found: Set<AttendanceTotals.Session> = []
        try snapshot.entities(.session, at: base) { session in
            if let row = try snapshot.group(.calendar, of: session)?.content?.rows.first, row[.sessionOpen] == open,
                let date = row[.sessionDate].flatMap({ CalendarDate(iso: $0) }),
                let half = row[.sessionHalf].flatMap(SessionHalf.init(rawValue:))
            {
                found.insert(AttendanceTotals.Session(date, half))
            }
            return true
        }
        return found
    }

    func forEachMarkChange(at base: BaseID, after lower: Position, _ visit: (SubjectID) throws -> Void) throws {
        try snapshot.changes(at: base, after: lower, to: position) { change in
            switch change.what {
            case .group(.attendance, _), .status(_, .mark):
                if let mark = try snapshot.entity(change.entity) { try visit(mark.owner) }
            default: break
            }
            return true
        }
    }
}
