import EventLog
import Identifiers

/// Leave to write data of one base into a file: what may stand in it, and under which acceptance.
///
/// Only the rules in this file make one (invariant 7). Every writing connector takes one, so that no data can leave by a
/// path that has not asked.
public struct ApprovedExport: Sendable, Hashable {
    /// What the leave is for.
    public enum Purpose: Sendable, Hashable {
        /// Granted fields.
        case data
        /// The notice that sharing has ended: no field of anybody.
        case endOfSharing
    }

    /// The school whose head decided.
    public let base: BaseID
    /// The report's name.
    public let report: String
    /// The version that was accepted.
    public let version: Int
    /// What the leave is for.
    public let purpose: Purpose
    /// The groups that may be sent; none for an end of sharing.
    public let groups: [DataGroup]
    /// The event that the leave rests on.
    public let acceptance: Position
    /// The version of the acceptance's stream: what a run's beginning is conditional on.
    public let streamVersion: UInt64
    private let fields: [DataGroup: Set<Field>]

    fileprivate init(_ report: Report, _ acceptance: ReportAcceptance, for purpose: Purpose) {
        base = acceptance.base
        self.report = report.name
        version = report.version
        self.purpose = purpose
        groups = purpose == .data ? report.groups : []
        fields = purpose == .data ? Dictionary(uniqueKeysWithValues: report.grants.map { ($0.group, $0.fields) }) : [:]
        self.acceptance = acceptance.position
        streamVersion = acceptance.streamVersion
    }

    /// The fields of a group that may leave, in the order of their numbers.
    public func fields(of group: DataGroup) -> [Field] {
        (fields[group] ?? []).sorted { $0.rawValue < $1.rawValue }
    }

    /// The part of a content that may leave: fields outside the accepted version are not in it.
    public func admitted(_ content: GroupContent) -> GroupContent {
        let granted = fields[content.group] ?? []
        return GroupContent(
            content.group,
            content.rows.map { row in FieldRow(row.entries.filter { granted.contains($0.field) }) }
        )
    }

    /// Whether the acceptance still lets out what this leave grants, asked again when delivery begins and before each
    /// retry (rulings 8).
    ///
    /// - Returns: leave to deliver, or nil: the file must be destroyed.
    public func confirmed(by acceptance: ReportAcceptance) -> ApprovedDelivery? {
        guard acceptance.base == base, acceptance.report == report else { return nil }
        switch purpose {
        case .data:
            guard acceptance.isInForce,
                let report = ReportCatalogue.report(report, version: acceptance.version),
                fields.allSatisfy({ $0.value.isSubset(of: report.fields(of: $0.key)) })
            else { return nil }
        case .endOfSharing:
            // Accepted again in between: the notice would be untrue.
            guard !acceptance.isInForce else { return nil }
        }
        return ApprovedDelivery(export: self)
    }
}

/// Leave to deliver a file that was written under an approved export; made by asking the acceptance again.
public struct ApprovedDelivery: Sendable, Hashable {
    /// Under which leave the file was written.
    public let export: ApprovedExport

    fileprivate init(export: ApprovedExport) { self.export = export }
}

/// What an acceptance allows.
public enum Approval: Sendable, Hashable {
    /// Data, or the notice that there will be no more, may leave.
    case granted(ApprovedExport)
    /// No data leaves, and why.
    case refused(String)
}

extension ReportAcceptance {
    /// What may leave now.
    ///
    /// - Parameter isSharing: whether somebody was sent under it who has not been told that sharing ended.
    public func approval(isSharing: Bool) -> Approval {
        guard version > 0 else { return .refused("the head has not accepted \(report): no data leaves") }
        guard let known = ReportCatalogue.report(report, version: version) else {
            return .refused("\(report) version \(version) is not known to this version of syncd: no data leaves")
        }
        if isInForce { return .granted(ApprovedExport(known, self, for: .data)) }
        guard isSharing else {
            return .refused(
                hasLapsed
                    ? "\(report) has lapsed with the school's old legal owner, and the new head has not accepted it: no data leaves"
                    : "the head has withdrawn \(report): no data leaves"
            )
        }
        return .granted(ApprovedExport(known, self, for: .endOfSharing))
    }
}
