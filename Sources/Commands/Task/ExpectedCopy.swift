import Connectors
import EventLog
import Identifiers
import Projections
import School
import Transfer

/// What a recipient should hold by now, from the school's own data and what its heads have accepted: the judge of what
/// the recipient does hold (`schemas/exchange/ces.md`, section 6).
///
/// Present pupils only: of those who have gone the recipient keeps what it was sent. It is made from state as for a
/// snapshot, not from the files that went out, so that what a file left out shows.
struct ExpectedCopy {
    let session: Session
    let task: TaskDefinition

    /// A pupil without a name to the recipient was never sent; the key says so, and the comparison finds it missing.
    private static let neverSent = "never sent: "

    /// Makes the copy for all schools of the task that may send.
    func copy() throws -> CESCopy {
        var copy = CESCopy()
        for base in task.bases {
            try session.transferStates.read(reaching: session.log.durableEnd) { state in
                guard let laestab = try state.school(base)?.laestab, let party = CESParty(laestab),
                    case .granted(let export) = try state.acceptance(of: task.report, at: base).approval(
                        isSharing: false
                    )
                else { return }
                var pupils: [String: CESCopy.Pupil] = [:]
                for (key, pupil) in try present(base, export, state) {
                    pupils[key] = try CESCopy.pupil(pupil, source: party)
                }
                copy.schools[laestab] = pupils
            }
        }
        return copy
    }

    /// Everyone whom the school has now and may send.
    private func present(
        _ base: BaseID,
        _ export: ApprovedExport,
        _ state: any TransferState
    ) throws -> [(String, CESPupil)] {
        let request = SelectionRequest(
            base: base,
            recipient: task.recipient,
            export: export,
            type: .snapshot,
            lower: .origin,
            today: LondonTime.day(session.now),
            ignoresCache: true
        )
        let log = session.log
        let selection = try Selector.select(request, from: state) { bytes, pupil, group in
            try log.keyedHash(of: bytes, subject: pupil, dataClass: DataClass(rawValue: group.rawValue))
        }
        return try selection.pupils.filter(\.change.isCurrent).map { pupil in
            let key = try state.recipientKey(of: pupil.pupil, to: task.recipient)
            let told = CESPupil(
                recipientID: key.map { Identifier($0) } ?? .zero,
                change: .changed,
                identity: pupil.identity,
                groups: pupil.groups,
                contactDetails: pupil.contactDetails
            )
            return (key?.hex ?? Self.neverSent + pupil.pupil.hex, told)
        }
    }
}
