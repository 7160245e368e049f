import Identifiers
import School

// What a recipient keeps of whom it hears no more (rulings 11).
extension Selector {
    /// Takes back what is kept back by now for a child's safety of a pupil of whom nothing else is told: a leaver, or who
    /// has gone out of the cohort.
    ///
    /// - Parameter change: as what the pupil is told, which is as before.
    mutating func takeBack(
        from pupil: SubjectID,
        _ change: PupilChange,
        _ touched: Set<DataGroup>,
        _ sent: SentState
    ) throws {
        guard !request.format.tellsWholePupils, try state.mainBase(of: pupil) == request.base else { return }
        var told: SelectedPupil?
        for group in Protection.guarded where touched.contains(group) && request.groups.contains(group) {
            guard let known = sent.codes[group],
                let granted = try GrantedContent(
                    group,
                    of: pupil,
                    at: request.base,
                    in: state,
                    under: request.export,
                    for: request.format
                ), granted.isProtected
            else { continue }
            var next = try told ?? named(pupil, change)
            if granted.content.rows.isEmpty {
                next.cleared.append(group)
            } else {
                guard let code = try code(granted.codedBytes, pupil, group), code != known else { continue }
                next.add(granted, code: code)
            }
            selection.counts.withheld += granted.withheld
            told = next
        }
        if let told { tell(told) }
    }

    /// A pupil with what a receiver matches by.
    private func named(_ pupil: SubjectID, _ change: PupilChange) throws -> SelectedPupil {
        let identity = try GrantedContent(
            .basicDetails,
            of: pupil,
            at: request.base,
            in: state,
            under: request.export,
            for: request.format
        )
        return SelectedPupil(pupil, change, identity: identity?.content.rows.first)
    }
}
