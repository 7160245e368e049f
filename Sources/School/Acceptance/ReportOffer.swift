import Identifiers
import Sealing

/// A report as one school has it before it: in exactly one of three states (S0-23, rulings 9).
public struct ReportOffer: Sendable, Hashable {
    /// Where a report stands.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// The head has accepted it: marked with a green square (S0-10).
        case accepted
        /// The head may accept it.
        case available
        /// It is not defined for the school's MIS (S0-24).
        case notAvailable = "not_available"
    }

    /// The newest version.
    public var report: Report
    /// Where it stands.
    public var state: State
    /// What was accepted last; 0 for nothing.
    public var acceptedVersion: Int
    /// A newer version waits for the head; what was accepted stays so for its own fields (rulings 9).
    public var isReviewDue: Bool

    /// Looks at a report for a school.
    ///
    /// - Parameters:
    ///   - report: its newest version.
    ///   - mis: what the school runs; nil when nobody has said.
    public init(_ report: Report, _ acceptance: ReportAcceptance, mis: MISType?) {
        self.report = report
        let isOffered = ReportCatalogue.isOffered(report.name, to: mis)
        state = !isOffered ? .notAvailable : acceptance.isInForce ? .accepted : .available
        acceptedVersion = acceptance.isInForce ? acceptance.version : 0
        isReviewDue = state == .accepted && acceptance.version < report.version
    }
}

extension ReportCatalogue {
    /// The newest version of every report, in the order of the catalogue.
    public static var newestReports: [Report] {
        var newest: [Report] = []
        for report in reports {
            if let index = newest.firstIndex(where: { $0.name == report.name }) {
                newest[index] = report
            } else {
                newest.append(report)
            }
        }
        return newest
    }

    /// What an MIS does not tell, so that reports of it would be empty; everything else is offered (S0-24).
    private static let missing: [MISType: Set<String>] = [
        // Its interface tells pupils and no timetable.
        .simsPrimary: ["class-lists"],
        .other: ["class-lists"],
    ]

    /// Whether a report is defined for an MIS; for a school that has not said what it runs, all are.
    public static func isOffered(_ name: String, to mis: MISType?) -> Bool {
        mis.map { !(missing[$0]?.contains(name) ?? false) } ?? true
    }

    /// The version of the list that a school's head reviews: eight digits that change when a report, a version or a
    /// field of the list does (S0-19).
    public static func listVersion(for mis: MISType?) -> String {
        listVersion(of: newestReports.filter { isOffered($0.name, to: mis) })
    }

    static func listVersion(of reports: [Report]) -> String {
        var text = ""
        for report in reports {
            text += "\(report.name) \(report.version)\n"
            for grant in report.grants {
                let fields = grant.fields.map(\.rawValue).sorted().map(String.init)
                text += "\(grant.group.rawValue): \(fields.joined(separator: " "))\n"
            }
        }
        var hash = SHA256()
        return String(hash.digest(of: Array(text.utf8)).description.prefix(8))
    }
}
