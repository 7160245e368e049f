import Connectors
import EventLog
import Identifiers
import Projections
import School
import Transfer

/// What a recipient should hold by now, from the school's own data and what its heads have accepted: the judge of what
/// the recipient does hold (`schemas/exchange/ces.md`, section 6, and `oneroster.md`, section 5).
///
/// Present pupils only: of those who have gone the recipient keeps what it was sent. It is made from state as for a
/// snapshot, not from the files that went out, so that what a file left out shows.
struct ExpectedCopy {
    let session: Session
    let task: TaskDefinition

    /// A pupil without a name to the recipient was never sent; the key says so, and the comparison finds it missing.
    private static let neverSent = "never sent: "

    /// Makes the copy for all schools of the task that may send.
    ///
    /// - Returns: the copy as JSON, and how many pupils are in it.
    func json() throws -> (copy: [UInt8], pupils: Int) {
        var copy = CESCopy()
        var count = 0
        for base in task.bases {
            try session.transferStates.read(reaching: session.log.durableEnd) { state in
                guard let school = try state.school(base), let laestab = school.laestab,
                    let party = CESParty(laestab),
                    case .granted(let export) = try state.acceptance(of: task.report, at: base).approval(
                        isSharing: false
                    )
                else { return }
                let selection = try present(base, export, state)
                count += selection.pupils.count
                switch task.format {
                case .ces: copy.schools[laestab] = try pupils(selection, party, state)
                case .oneroster: copy.schools[laestab] = try records(selection, school, export, state)
                }
            }
        }
        return (try copy.json(), count)
    }

    /// The records that packages have told, each by its file and id, as one group with the columns that are not blank.
    private func records(
        _ selection: Selection,
        _ school: SendingSchool,
        _ export: ApprovedExport,
        _ state: any TransferState
    ) throws -> [String: CESCopy.Pupil] {
        var keys: [SubjectID: RecipientKey] = [:]
        for pupil in selection.pupils {
            // Who was never sent has another id than the recipient could know, and the comparison finds it.
            keys[pupil.pupil] = try state.recipientKey(of: pupil.pupil, to: task.recipient) ?? Identifier(pupil.pupil)
        }
        let files = try TransferRendering.oneRosterRecords(
            selection,
            keys: keys,
            from: school,
            to: task.recipient,
            at: session.now,
            under: export
        )
        var records: [String: CESCopy.Pupil] = [:]
        for (file, rows) in files {
            for (id, values) in rows {
                records["\(file)/\(id)"] = CESCopy.Pupil(state: "current", groups: ["row": values])
            }
        }
        return records
    }

    /// Everyone whom the school has now and may send.
    private func present(
        _ base: BaseID,
        _ export: ApprovedExport,
        _ state: any TransferState
    ) throws -> Selection {
        var request = SelectionRequest(
            base: base,
            recipient: task.recipient,
            export: export,
            type: task.type.isPeriodic ? task.type : .snapshot,
            lower: .origin,
            today: LondonTime.day(session.now),
            ignoresCache: true
        )
        request.format = task.format
        request.cohort = task.terms.cohort
        request.marks = MarkFilter(task.terms, on: LondonTime.day(session.now))
        let log = session.log
        var selection = try Selector.select(request, from: state) { bytes, pupil, group in
            try log.keyedHash(of: bytes, subject: pupil, dataClass: DataClass(rawValue: group.rawValue))
        }
        selection.pupils.removeAll { !$0.change.isCurrent }
        return selection
    }

    /// The pupils as a CES file tells them, by their names to the recipient.
    private func pupils(
        _ selection: Selection,
        _ party: CESParty,
        _ state: any TransferState
    ) throws -> [String: CESCopy.Pupil] {
        var pupils: [String: CESCopy.Pupil] = [:]
        for pupil in selection.pupils {
            let key = try state.recipientKey(of: pupil.pupil, to: task.recipient)
            let told = CESPupil(
                recipientID: key.map { Identifier($0) } ?? .zero,
                change: .changed,
                identity: pupil.identity,
                groups: pupil.groups,
                contactDetails: pupil.contactDetails
            )
            pupils[key?.hex ?? Self.neverSent + pupil.pupil.hex] = try CESCopy.pupil(told, source: party)
        }
        return pupils
    }
}
