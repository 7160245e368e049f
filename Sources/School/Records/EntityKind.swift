/// The kinds of things that a source tells us about.
///
/// The raw value is stored; it is never reused.
public enum EntityKind: UInt8, CaseIterable, Sendable, Hashable {
    /// A school, trust or other owner of records.
    case base = 1
    /// A child on a register, or about to be.
    case pupil = 2
    /// A parent, carer or other person to be told.
    case contact = 3
    /// A member of staff.
    case teacher = 4
    /// A teaching or registration group.
    case `class` = 5
    /// A class membership: a pupil in a class (rulings 35).
    case enrolment = 6
    /// A member of staff who takes a class.
    case teaching = 7
    /// One attendance mark of one pupil in one session.
    case mark = 8
    /// One session of the school calendar, open or closed.
    case session = 9
    /// An academic year, term or grading period.
    case term = 10
    /// A course that classes belong to.
    case course = 11
    /// A pupil's registration at a base that is not the main one: dual registration (rulings 2, 35).
    case registration = 12

    /// The name in JSON output and in messages.
    public var name: String {
        switch self {
        case .base: "base"
        case .pupil: "pupil"
        case .contact: "contact"
        case .teacher: "teacher"
        case .class: "class"
        case .enrolment: "enrolment"
        case .teaching: "teaching"
        case .mark: "mark"
        case .session: "session"
        case .term: "term"
        case .course: "course"
        case .registration: "registration"
        }
    }
}
