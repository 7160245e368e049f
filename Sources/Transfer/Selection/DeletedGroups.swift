import Identifiers
import School

extension TransferState {
    /// Of which granted groups the school's MIS has deleted what there was: omitted from now on, and no accident (S1-26).
    func groupsDeleted(
        of told: SelectedPupil,
        among groups: [DataGroup],
        at base: BaseID,
        under export: ApprovedExport,
        for format: TransferFormat,
        marks: MarkFilter?
    ) throws -> [DataGroup] {
        let deleted = try groupsDeletedAtSource(of: told.pupil).intersection(groups)
        let there = Set(told.groups.map(\.group))
        return try deleted.filter { group in
            guard !there.contains(group) else { return false }
            let granted = try GrantedContent(
                group,
                of: told.pupil,
                at: base,
                in: self,
                under: export,
                for: format,
                marks: marks
            )
            return granted?.content.rows.isEmpty ?? true
        }.sorted { $0.rawValue < $1.rawValue }
    }
}
