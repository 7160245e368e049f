import EventLog
import Identifiers

/// What may go, and what keeps it.
public enum ErasureRules {
    /// Groups that may go while the pupil stays (S1-25): not those by which the pupil is known and registered.
    public static let separable: [DataGroup] = [
        .address, .contacts, .sen, .fsm, .lookedAfter, .characteristics, .attendance, .classMembership, .attainment,
        .account,
    ]

    /// The duty of 14 days after an order (S3-149).
    public static let daysUntilDue = 14

    /// How long an entry of the attendance or admission register is kept (ruling 10).
    public static let registerYears = 6

    /// Why something of a person stays for now.
    public enum Obstacle: Sendable, Hashable {
        /// Somebody has put the person's data on hold.
        case hold
        /// The register is kept here, and its youngest entry until this day.
        case register(until: CalendarDate)
        /// The person is at school, and the register is kept here.
        case registered
        /// Pupils who stay link to the contact.
        case linked
        /// The MIS had deleted it, and tells of it again.
        case toldAgain

        /// The word in JSON.
        public var word: String {
            switch self {
            case .hold: "hold"
            case .register: "register"
            case .registered: "registered"
            case .linked: "linked"
            case .toldAgain: "toldAgain"
            }
        }
    }

    /// What is known of a person of whom something is to go.
    public struct Facts: Sendable {
        /// What the person is.
        public var kind: EntityKind
        /// The data are on hold.
        public var isOnHold = false
        /// The base keeps the register elsewhere, and the duty with it.
        public var keepsRegisterElsewhere = false
        /// The days of marks, of entry and of leaving, yyyy-MM-dd; the youngest counts.
        public var youngestEntry: String?
        /// The person has left.
        public var hasLeft = false
        /// Somebody who stays links to the contact.
        public var isLinked = false
        /// The order came of a deletion in the MIS, which tells again what it had deleted.
        public var isToldAgain = false

        /// Begins with what the person is.
        public init(kind: EntityKind) { self.kind = kind }
    }

    /// What keeps what is asked for from going today; nil for nothing.
    ///
    /// - Parameter groups: none for the whole record.
    public static func obstacle(_ facts: Facts, groups: [DataGroup], today: CalendarDate) -> Obstacle? {
        if facts.isToldAgain { return .toldAgain }
        if facts.isOnHold { return .hold }
        if facts.isLinked { return .linked }
        guard facts.kind == .pupil, !facts.keepsRegisterElsewhere,
            groups.isEmpty || groups.contains(.attendance)
        else { return nil }
        if groups.isEmpty, !facts.hasLeft { return .registered }
        guard let youngest = facts.youngestEntry.flatMap({ CalendarDate(iso: $0) }) else { return nil }
        let until = youngest.adding(years: registerYears)
        return until > today ? .register(until: until) : nil
    }
}

extension CalendarDate {
    /// The same day so many years later; the day before where there is no such day.
    func adding(years: Int) -> CalendarDate {
        let parts = parts
        return CalendarDate(year: parts.year + years, month: parts.month, day: parts.day)
            ?? CalendarDate(year: parts.year + years, month: parts.month, day: parts.day - 1) ?? self
    }
}
