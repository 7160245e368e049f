import Identifiers
import School

/// Tells a recipient as whom a pupil goes on whose record is gone, and of whose record a new pupil is the new half.
///
/// Only where the recipient knows the other one from the same school: an id says nothing else, and to nobody else.
struct TraceMark {
    /// What is read.
    let state: any TransferState
    /// The school.
    let base: BaseID
    /// To whom.
    let recipient: RecipientID

    /// Marks those of whom there is something to tell, and adds the other one's name to the recipient.
    func mark(_ selection: inout Selection, _ keys: inout [SubjectID: RecipientKey]) throws {
        let selected = Set(selection.pupils.map(\.pupil))
        for index in selection.pupils.indices {
            let pupil = selection.pupils[index]
            guard let trace = try state.trace(of: pupil.pupil), fits(trace, pupil.change) else { continue }
            if selected.contains(trace.other) {
                selection.pupils[index].trace = trace
            } else if try state.sent(trace.other, from: base, to: recipient) != nil,
                let key = try state.recipientKey(of: trace.other, to: recipient)
            {
                keys[trace.other] = key
                selection.pupils[index].trace = trace
            }
        }
    }

    private func fits(_ trace: PupilTrace, _ change: PupilChange) -> Bool {
        switch trace {
        case .mergedInto: [.absent, .deletedAtSource, .left].contains(change)
        case .splitFrom: change == .new
        }
    }
}
