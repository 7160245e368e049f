import EventLog
import Identifiers
import School

/// What a run is going to do, made in one read transaction: from here on it reads no state but the acceptance.
struct RunPlan {
    /// The run.
    var run: TransferRun
    /// The task.
    var task: TaskDefinition
    /// Everything, or what changed: the task's, unless the run is to be a snapshot.
    var type: TaskDefinition.DataType
    /// The recipient.
    var recipient: Recipient
    /// The school.
    var school: SendingSchool
    /// What the acceptance allows.
    var approval: Approval
    /// What to tell; nothing when refused.
    var selection: Selection
    /// Names of the pupils to the recipient, for those who have one.
    var keys: [SubjectID: RecipientKey]
    /// Those pupils that the run itself has named.
    private(set) var newlyNamed: [SubjectID] = []
    /// The number that a file would get.
    var number: FileNumber
    /// The version of the stream of transfers that the number follows from.
    var streamVersion: UInt64
    /// Everything up to here was told before.
    var told: Position
    /// The store was restored, and nobody has said yet that what was lost has been decided again.
    var awaitsConfirmation: Bool

    /// Plans a run.
    ///
    /// - Parameters:
    ///   - state: what it reads; its position is the upper bound.
    ///   - today: the day of the run in Europe/London, yyyy-MM-dd.
    /// - Throws: `unknown` for a task, base or recipient that is not there.
    init(
        _ id: RunID,
        task: TaskID,
        base: BaseID,
        from state: any TransferState,
        today: String,
        options: RunOptions,
        code: @escaping ContentCoder
    ) throws {
        guard let definition = try state.task(task), definition.bases.contains(base) else {
            throw TransferError(.unknown, "there is no such task for this base")
        }
        guard let recipient = try state.recipient(definition.recipient), let school = try state.school(base) else {
            throw TransferError(.unknown, "the task's recipient or base is not there")
        }
        let progress = try state.progress(of: task, at: base)
        guard progress.cursor <= state.position || options.isSnapshot else {
            throw TransferError(
                .cursorBeyondEnd,
                "the task has told of everything up to position \(progress.cursor) here, and the log ends at "
                    + "\(state.position): something of before is lost. Send everything with `syncd task run --snapshot`"
            )
        }
        self.task = definition
        // What the recipient was told after the position that the store was restored to is not known here any more: what
        // it holds is put right by everything, whatever the cache says.
        let restored = try state.restored()
        let isSnapshot = options.isSnapshot || progress.cursor < restored?.began ?? .origin
        awaitsConfirmation = restored.map { !$0.isConfirmed } ?? false
        // Marks and results have no snapshot of their own: all of them are sent.
        type = isSnapshot && !definition.type.isPeriodic ? .snapshot : definition.type
        self.recipient = recipient
        self.school = school
        run = TransferRun(
            id: id,
            task: task,
            base: base,
            recipient: recipient.id,
            stream: TransferStreams.transfers(from: base, to: recipient.party),
            lower: min(progress.cursor, state.position),
            upper: state.position
        )
        told = progress.told
        let transfers = try state.transfers(in: run.stream)
        number = transfers.lastNumber?.next ?? .first
        streamVersion = transfers.version
        selection = Selection()
        keys = [:]

        let acceptance = try state.acceptance(of: definition.report, at: base)
        var isSharing = false
        if acceptance.isWithdrawn {
            try state.forEachSent(from: base, to: recipient.id) { pupil in
                let change = try state.sent(pupil, from: base, to: recipient.id)?.change
                isSharing = isSharing || change?.isHeld == true
            }
        }
        approval = acceptance.approval(isSharing: isSharing)
        guard case .granted(let export) = approval else { return }
        var request = SelectionRequest(
            base: base,
            recipient: recipient.id,
            export: export,
            type: type,
            lower: run.lower,
            lastDay: try state.recordedAt(run.lower).map(LondonClock.day),
            today: today,
            ignoresCache: options.ignoresCache || isSnapshot
        )
        request.format = definition.format
        request.cohort = definition.terms.cohort
        request.isAskedForAll = isSnapshot
        request.marks = MarkFilter(definition.terms, on: today)
        // Every record names the school by its number.
        if definition.format.tellsWholePupils, school.renumbered > run.lower { request.ignoresCache = true }
        request.renumbered = school.renumbered
        selection = try Selector.select(request, from: state, code: code)
        for pupil in selection.pupils {
            keys[pupil.pupil] = try state.recipientKey(of: pupil.pupil, to: recipient.id)
        }
        try TraceMark(state: state, base: base, recipient: recipient.id).mark(&selection, &keys)
    }

    /// Gives those who have no name to the recipient yet a random one.
    mutating func nameNewPupils(using generator: inout some RandomNumberGenerator) {
        for pupil in selection.pupils where keys[pupil.pupil] == nil {
            keys[pupil.pupil] = .random(using: &generator)
            newlyNamed.append(pupil.pupil)
        }
    }

    /// Whether nobody else has named one of those pupils to the recipient meanwhile: a pupil who is registered at two
    /// schools can be in two runs at once, and the recipient must know each by one id (rulings 4).
    func namesStand(in state: any TransferState) throws -> Bool {
        for pupil in newlyNamed where try state.recipientKey(of: pupil, to: recipient.id) != nil { return false }
        return true
    }

    /// What the log remembers of who was told what.
    var sent: [SentPupil] { selection.pupils.compactMap { pupil in keys[pupil.pupil].map { pupil.sent(as: $0) } } }
}
