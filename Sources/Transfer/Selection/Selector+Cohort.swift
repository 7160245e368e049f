import Identifiers
import School

// Who is reached (S1-17 to S1-20).
extension Selector {
    /// Whether a present pupil is in the task's cohort.
    func isInCohort(_ pupil: SubjectID) throws -> Bool {
        switch request.cohort {
        case .everyYear: true
        case .years:
            request.cohort.takes(
                registration: try state.content(of: .registration, of: pupil, at: request.base),
                lookedAfter: nil
            )
        case .lookedAfter:
            request.cohort.takes(
                registration: nil,
                lookedAfter: try state.content(of: .lookedAfter, of: pupil, at: request.base)
            )
        case .leavers: false
        }
    }

    /// Tells once more of a pupil whom a change has taken out of the cohort: the value that did so, and what else
    /// changed, never a silent drop-out (rulings 11, 22).
    mutating func considerOutsider(_ pupil: SubjectID, _ touched: Set<DataGroup>, _ sent: SentState?) throws {
        guard request.type == .changedData, let sent, sent.change.isCurrent else { return }
        guard let deciding = request.cohort.decidingGroup, touched.contains(deciding), sent.codes[deciding] != nil
        else { return try takeBack(from: pupil, .changed, touched, sent) }
        try tell(pupil, .changed, touched, cache: sent.codes)
    }

    /// Tells of a leaver what the recipient does not have, if it was told that the pupil has left (S1-19, S1-20).
    mutating func considerLeaver(_ pupil: SubjectID, _ touched: Set<DataGroup>, _ sent: SentState?) throws {
        guard let sent, sent.change == .left, try standing(of: pupil) == .left,
            try state.mainBase(of: pupil) == request.base
        else { return }
        let told = try compose(pupil, .left, touched, cache: sent.codes)
        if !told.groups.isEmpty || !told.cleared.isEmpty { tell(told) }
    }
}
