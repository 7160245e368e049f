/// Whom a task is about (S1-16 to S1-20).
public enum Cohort: Sendable, Hashable, CustomStringConvertible {
    /// Everyone on the school's roll, whatever their year.
    case everyYear
    /// Pupils in one of these years (S1-17).
    case years(Set<CurriculumYear>)
    /// Pupils in care at the time of the run (S1-18).
    case lookedAfter
    /// Pupils who have left and of whom that has been told (S1-19).
    case leavers

    /// Reads `ncy:all`, `ncy:1,2`, `lac` or `leavers`.
    ///
    /// - Throws: `SchoolError` with code `cohortInvalid` or `curriculumYearInvalid`.
    public init(_ text: some StringProtocol) throws(SchoolError) {
        switch String(text) {
        case "ncy:all": self = .everyYear
        case "lac": self = .lookedAfter
        case "leavers": self = .leavers
        default:
            guard text.hasPrefix("ncy:"), text.count > 4 else {
                throw SchoolError(.cohortInvalid, "a cohort is ncy:all, years like ncy:R,1,2, or lac, or leavers")
            }
            var years: Set<CurriculumYear> = []
            for code in text.dropFirst(4).split(separator: ",", omittingEmptySubsequences: false) {
                years.insert(try CurriculumYear(code: code))
            }
            self = .years(years)
        }
    }

    /// As `init(_:)` reads it; the years in the order of the table.
    public var description: String {
        switch self {
        case .everyYear: "ncy:all"
        case .years(let years): "ncy:" + years.sorted().map(\.rawValue).joined(separator: ",")
        case .lookedAfter: "lac"
        case .leavers: "leavers"
        }
    }

    /// The group whose change takes a pupil in or out; nil where none does.
    public var decidingGroup: DataGroup? {
        switch self {
        case .everyYear, .leavers: nil
        case .years: .registration
        case .lookedAfter: .lookedAfter
        }
    }

    /// Whether a present pupil is in it.
    ///
    /// - Parameters:
    ///   - registration: the pupil's spells at the school.
    ///   - lookedAfter: what is held of the pupil's care.
    public func takes(registration: GroupContent?, lookedAfter: GroupContent?) -> Bool {
        switch self {
        case .everyYear: true
        case .years(let years):
            registration?.rows.last?[.yearGroup].flatMap(CurriculumYear.init(rawValue:)).map(years.contains) ?? false
        case .lookedAfter: lookedAfter?.rows.last?[.inCare] == "true"
        case .leavers: false
        }
    }
}

extension SchoolError.Code {
    /// No cohort has this form.
    public static let cohortInvalid = Self(rawValue: "cohortInvalid")
}
