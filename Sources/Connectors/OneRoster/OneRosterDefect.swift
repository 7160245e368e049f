import School

/// One breach of one rule, at one place.
struct OneRosterDefect: Sendable {
    /// What becomes of it when the import is lenient.
    enum Effect: Sendable {
        /// The package is refused all the same.
        case refuses
        /// The row is held back, and told.
        case parks
        /// The value is left out, and told.
        case drops
        /// It is let pass, and counted.
        case waived
    }

    var rule: OneRosterRule
    var file: String
    /// 1 for the header, 0 for the file as a whole.
    var line = 0
    var field = ""
    var reason: String
    var effect: Effect
}

/// What a check of a package found.
struct OneRosterFindings: Sendable {
    /// Defects kept one by one; the rest is counted.
    private static let keptMax = 10_000

    private(set) var defects: [OneRosterDefect] = []
    private(set) var total = 0
    private var counts: [OneRosterRule: Int] = [:]
    private var refusing: [OneRosterDefect] = []

    mutating func add(_ defect: OneRosterDefect) {
        total += 1
        if defect.effect == .waived { counts[defect.rule, default: 0] += 1 }
        if defect.effect == .refuses, refusing.count < Self.keptMax { refusing.append(defect) }
        if defects.count < Self.keptMax { defects.append(defect) }
    }

    /// The rules that were waived, in the order of the list of rules.
    var waived: [WaivedRule] {
        OneRosterRule.allCases.compactMap { rule in
            guard let count = counts[rule], let instead = rule.waiver else { return nil }
            return WaivedRule(name: rule.rawValue, instead: instead, count: count)
        }
    }

    /// Refuses a package with defects: any, or for a lenient import those that nothing can be done about.
    ///
    /// - Throws: `SourceError` with code `defects` that tells them all.
    func require(lenient: Bool, package: String) throws(SourceError) {
        let told = lenient ? refusing : defects
        guard let first = told.first else { return }
        let count = lenient ? refusing.count : total
        var reason = count == 1 ? "has a defect" : "has \(count) defects"
        reason += ", so nothing of it was taken in"
        if !lenient {
            reason +=
                refusing.isEmpty
                ? ": have the export corrected, or import with --lenient, which would let it pass"
                : ": have the export corrected; --lenient could not take it in either"
        } else {
            reason += " although the import is lenient: have the export corrected"
        }
        var error = SourceError(.defects, file: package, reason)
        error.issues = told.map { defect in
            RowIssue(
                file: defect.file,
                line: defect.line,
                field: defect.field,
                reason: "\(defect.reason) [\(defect.rule.rawValue)]",
                effect: .noted
            )
        }
        error.issuesOmitted = count - told.count
        if count == 1 { (error.line, error.field) = (first.line, first.field) }
        throw error
    }
}

extension SourceError.Code {
    /// The set breaks rules of its format; the error tells each breach.
    public static let defects = Self(rawValue: "defects")
}
