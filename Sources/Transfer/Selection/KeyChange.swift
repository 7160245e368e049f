import EventLog
import Identifiers
import Projections
import School

/// Tells a changed UPN from other changes of basic details, and which one the recipient has.
///
/// The cache holds codes alone, so the UPN that was sent is read from the log: that of the newest basic details whose code
/// is the cached one. Where a task's cursor stands does not matter: another task may have told the recipient since.
struct KeyChange {
    /// The log.
    let log: EventLog
    /// The state that the selection was made from.
    let state: any TransferState
    /// Under which leave, from which school and to whom.
    let export: ApprovedExport
    /// To whom.
    let recipient: RecipientID
    /// Codes a content under the pupil's data key.
    let code: ContentCoder

    /// Marks those whose UPN is another than the one sent, with the one sent.
    ///
    /// - Parameter isRecorded: who is told as what stands in the log already, and only the UPN sent is looked up.
    func mark(_ selection: inout Selection, isRecorded: Bool = false) throws {
        for index in selection.pupils.indices {
            let pupil = selection.pupils[index]
            guard pupil.change == .keyChanged || (pupil.change == .changed && !isRecorded),
                let details = pupil.groups.first(where: { $0.group == .basicDetails }),
                let before = try upnSent(pupil.pupil), before != details.rows.first?[.upn],
                // The number goes with the name that an adopted child had, also in a file that is made again.
                try !state.protection(of: pupil.pupil).isAdopted
            else { continue }
            selection.pupils[index].change = .keyChanged
            selection.pupils[index].previousUPN = before
        }
    }

    /// The UPN that the recipient has; nil when it has none, or it can no longer be read.
    private func upnSent(_ pupil: SubjectID) throws -> String? {
        guard let sent = try state.sent(pupil, from: export.base, to: recipient)?.codes[.basicDetails] else {
            return nil
        }
        var upn: String?
        let query = LogQuery(
            through: state.position,
            stream: StreamID(pupil),
            direction: .backward,
            opensParts: true
        )
        try log.read(query) { event in
            guard event.parts.contains(where: { $0.dataClass.rawValue == DataGroup.basicDetails.rawValue }),
                case .entityChanged(let change) = try DecodedEvent(event).payload
            else { return true }
            for part in change.parts where part.entity == pupil && part.group == DataGroup.basicDetails.rawValue {
                // Without its key nothing older can be read either.
                guard let told = part.told else { return false }
                guard let content = GroupContent(canonicalBytes: told.content).map(export.admitted),
                    try code(content.canonicalBytes, pupil, .basicDetails) == sent
                else { continue }
                upn = content.rows.first?[.upn]
                return false
            }
            return true
        }
        return upn
    }
}
