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
        // A name is not taken back: the new one would be new to whom nothing more is told.
        for group in Protection.guarded
        where group != .basicDetails && touched.contains(group) && request.groups.contains(group) {
            guard let known = sent.codes[group],
                let granted = try self.granted(group, of: pupil), granted.isProtected
            else { continue }
            if !granted.content.rows.isEmpty {
                guard let code = try code(granted.codedBytes, pupil, group), code != known else { continue }
            }
            var next = try told ?? named(pupil, change, sent)
            // Emptied as a whole: what is not kept back may have changed since, and is told to nobody any more.
            next.cleared.append(group)
            selection.counts.withheld += granted.withheld
            told = next
        }
        if let told {
            tell(told)
            leftOut += 1
        }
    }

    /// A pupil with what a receiver matches by, as long as it is what the receiver has.
    private mutating func named(_ pupil: SubjectID, _ change: PupilChange, _ sent: SentState) throws -> SelectedPupil {
        let identity = try self.granted(.basicDetails, of: pupil)
        let isKnown = try identity.map { try code($0.codedBytes, pupil, .basicDetails) == sent.codes[.basicDetails] }
        return SelectedPupil(pupil, change, identity: isKnown == true ? identity?.content.rows.first : nil)
    }
}
