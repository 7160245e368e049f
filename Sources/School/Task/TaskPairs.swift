/// Which combinations of a task's parts may be saved; `docs/tasks.md` has the whole table (S1-16).
public enum TaskPairs {
    /// The MIS that a base runs, as far as tasks differ by it.
    public enum BaseKind: String, Sendable, Hashable, CaseIterable {
        /// SIMS 7, or any other source of files.
        case sims7
        /// SIMS Primary.
        case simsPrimary
    }

    /// Months of attendance from which a recurring task is warned of (S1-22).
    public static let manyMonths = 6

    /// Refuses what must not be saved, with the reason.
    ///
    /// - Parameters:
    ///   - task: the definition.
    ///   - recipient: whom it sends to.
    ///   - report: the newest version of its report.
    ///   - kind: what its bases run; a group has one kind (S2-28).
    /// - Throws: `SchoolError` with code `pairIllegal`.
    public static func check(
        _ task: TaskDefinition,
        to recipient: TransferParty,
        under report: Report,
        at kind: BaseKind = .sims7
    ) throws(SchoolError) {
        let fault =
            direction(task, recipient) ?? attendance(task, kind) ?? content(task, report)
            ?? cohort(task, recipient, report) ?? format(task)
        if let fault { throw SchoolError(.pairIllegal, fault) }
    }

    /// What is allowed and better thought over (S1-22).
    public static func warnings(_ task: TaskDefinition) -> [String] {
        guard let months = task.terms.months, months >= manyMonths, task.terms.schedule?.isRecurring == true else {
            return []
        }
        return [
            "Each run of \(task.name) sends \(months) months of marks of everyone in its cohort: run it so only now and "
                + "then, and fewer months on other days."
        ]
    }

    private static func direction(_ task: TaskDefinition, _ recipient: TransferParty) -> String? {
        guard task.terms.direction == .toSchool else { return nil }
        if task.type != .changedData {
            return "to a school only changed_data goes, and this is \(task.type.rawValue)"
        }
        switch task.terms.cohort {
        case .everyYear, .years: break
        case .lookedAfter, .leavers:
            return "to a school data goes by year alone (ncy:all or ncy:R,1), and this is \(task.terms.cohort)"
        }
        if task.format != .ces { return "to a school data goes as ces" }
        if recipient.isAuthority { return "to-school names a school as recipient, and this one is an authority" }
        if task.bases.count != 1 {
            return "to-school names one school, so that no school's data goes to another: make a task for each"
        }
        return nil
    }

    private static func attendance(_ task: TaskDefinition, _ kind: BaseKind) -> String? {
        let terms = task.terms
        if task.type == .attendance, terms.attendance == nil {
            let scopes = AttendanceScope.allCases.map(\.rawValue).joined(separator: ", ")
            return "attendance is one of five: name it with --attendance, one of \(scopes)"
        }
        if task.type != .attendance, terms.attendance != nil {
            return "\(task.type.rawValue) has no sub-type of attendance"
        }
        if let months = terms.months {
            if task.type != .attendance { return "months are for attendance alone, and this is \(task.type.rawValue)" }
            if !(1...13).contains(months) { return "months are from 1 to 13" }
        }
        guard kind == .simsPrimary else { return nil }
        if task.type == .attendance, terms.attendance != .changed {
            return "not supported: of a SIMS Primary base only the attendance that changed is collected (changed)"
        }
        if task.type == .attainment || terms.direction == .toSchool {
            return "not supported: this functionality is not currently supported for SIMS Primary bases"
        }
        return nil
    }

    private static func content(_ task: TaskDefinition, _ report: Report) -> String? {
        guard task.type.groups(of: report.groups).isEmpty else { return nil }
        return "the report \(report.name) lets out nothing that \(task.type.rawValue) sends: name another with --report"
    }

    private static func cohort(_ task: TaskDefinition, _ recipient: TransferParty, _ report: Report) -> String? {
        guard task.terms.cohort == .lookedAfter else { return nil }
        if !recipient.isAuthority { return "the lac cohort goes to a local authority alone" }
        if !report.fields(of: .lookedAfter).contains(.inCare) {
            return
                "who is in the lac cohort is known to be looked after, and the report \(report.name) does not let that "
                + "out: name one that does with --report"
        }
        return nil
    }

    private static func format(_ task: TaskDefinition) -> String? {
        guard task.format == .oneroster else { return nil }
        if task.type == .attendance || task.type == .attainment {
            return "OneRoster packages have no file for \(task.type.rawValue): use the format ces"
        }
        if task.terms.cohort != .everyYear {
            return
                "a OneRoster package that names some would end the accounts of all others: use ncy:all, or the format "
                + "ces"
        }
        return nil
    }
}

extension TransferParty {
    /// True for a local authority, false for a school.
    public var isAuthority: Bool { digits.count == 3 }
}

extension TaskDefinition.DataType {
    /// Those of a report's groups that it sends.
    public func groups(of granted: [DataGroup]) -> [DataGroup] {
        switch self {
        case .attendance: granted.filter { $0 == .attendance }
        case .attainment: granted.filter { $0 == .attainment }
        case .changedData, .snapshot: granted.filter { $0 != .attendance && $0 != .attainment }
        }
    }

    /// True when a run sends all that there is, whatever was sent before.
    public var isPeriodic: Bool { self == .attendance || self == .attainment }
}

extension SchoolError.Code {
    /// Parts of a task that do not go together.
    public static let pairIllegal = Self(rawValue: "pairIllegal")
}
