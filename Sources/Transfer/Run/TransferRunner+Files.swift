import Connectors
import EventLog
import Identifiers
import School
import Synchronization

// From a run's beginning in the log to its end: file, acceptance, delivery, completion.
extension TransferRunner {
    /// Why a killed run ended, when its file cannot have left.
    static let interrupted = "interrupted before the delivery: what it was to send goes again"
    /// The same, when it may have.
    static let interruptedLate =
        "interrupted before the delivery was recorded: the file may have left, and what it tells goes again"

    /// Writes, asks the acceptance again, delivers, and completes.
    ///
    /// What goes wrong before the delivery has come to its end ends the run, and what it left is taken back; the cursor
    /// stays.
    ///
    /// - Throws: only what keeps the run's end out of the log: the next run then ends this one.
    func carryOut(
        _ plan: RunPlan,
        _ file: TransferFileFacts,
        _ export: ApprovedExport,
        started: Position,
        using generator: inout any RandomNumberGenerator & Sendable
    ) throws -> RunOutcome {
        let way = delivery(plan.recipient)
        let digest: [UInt8]
        do {
            let written = try write(plan, file, export)
            digest = written.digest
            if unsafe.contains(.completesBeforeDelivery) {
                try complete(plan, digest, export, started: started, using: &generator)
            }
            let leave = try leave(for: export)
            try others.outside { try way.deliver(written.package, with: leave) }
        } catch {
            let code = (error as? TransferError)?.code
            let left = try takeBack(plan.run.id, file.name, way)
            let end = RunEnd(
                code == .acceptanceWithdrawn ? .held : .failed,
                code?.rawValue ?? RunEnd.unforeseen,
                left.fault.map { "\(error); \($0)" } ?? "\(error)",
                mayHaveLeft: left.remains == .whole
            )
            return try journal.end(plan.run, end, cause: started, using: &generator)
        }
        // First, so that a folder in the outbox always belongs to a run without an end.
        try outbox.remove(plan.run.id)
        if !unsafe.contains(.completesBeforeDelivery) {
            try complete(plan, digest, export, started: started, using: &generator)
        }
        let names = package(plan.run.id, file.name)
        return RunOutcome(
            plan.run,
            .exported,
            counts: plan.selection.counts,
            files: [names.data, names.manifest].map { plan.recipient.folder + "/" + $0 }
        )
    }

    /// Ends a run that has been delivered: the cursor moves.
    private func complete(
        _ plan: RunPlan,
        _ digest: [UInt8],
        _ export: ApprovedExport,
        started: Position,
        using generator: inout any RandomNumberGenerator & Sendable
    ) throws {
        let counts = plan.selection.counts
        try journal.append(
            [RunEvents.completed(plan.run, counts, digest: digest, under: export, cause: started)],
            using: &generator
        )
    }

    /// Writes down that a run could not even begin; durable on return.
    ///
    /// - Throws: what keeps that out of the log, too.
    public func fail(task: TaskID, base: BaseID, because error: any Error) throws -> RunOutcome {
        try turn.withLock { generator in
            let run = TransferRun(
                id: .random(using: &generator),
                task: task,
                base: base,
                recipient: .zero,
                stream: StreamID(task),
                lower: .origin,
                upper: .origin
            )
            let code = (error as? TransferError)?.code.rawValue ?? RunEnd.unforeseen
            let end = RunEnd(.failed, code, "\(error)")
            return try journal.end(run, end, cause: .origin, using: &generator)
        }
    }

    /// Ends a run that was killed: what it left is taken back, and it is said so in the log.
    ///
    /// Its file may have left unless it is certain that the delivery had not begun, or had not come to its end.
    func endInterrupted(
        _ task: TaskID,
        _ base: BaseID,
        using generator: inout any RandomNumberGenerator & Sendable
    ) throws {
        let open: (start: RecordedStart, recipient: Recipient?)? = try states.read(reaching: log.durableEnd) { state in
            guard let definition = try state.task(task), let recipient = try state.recipient(definition.recipient)
            else { return nil }
            let stream = TransferStreams.transfers(from: base, to: recipient.party)
            guard let start = try log.openStart(in: stream, through: state.position) else { return nil }
            return (start, try state.recipient(start.run.recipient))
        }
        guard let open else { return }
        let run = open.start.run
        let hadBegun = outbox.mayHaveBeenDelivered(package(run.id, open.start.file.name))
        let left = try open.recipient.map { try takeBack(run.id, open.start.file.name, delivery($0)) }
        let mayHaveLeft = left?.remains == .whole || (left?.remains != .part && hadBegun)
        let words = mayHaveLeft ? Self.interruptedLate : Self.interrupted
        let reason = left?.fault.map { "\(words); \($0)" } ?? words
        let end = RunEnd(.failed, RunEnd.interrupted, reason, mayHaveLeft: mayHaveLeft)
        _ = try journal.end(run, end, cause: open.start.position, using: &generator)
    }

    /// Leave to deliver, given by the acceptance as it is now.
    private func leave(for export: ApprovedExport) throws -> ApprovedDelivery {
        let acceptance = try states.read(reaching: log.durableEnd) { state in
            try state.acceptance(of: export.report, at: export.base)
        }
        guard let leave = export.confirmed(by: acceptance) else {
            throw TransferError(.acceptanceWithdrawn, "acceptance withdrawn")
        }
        return leave
    }

    private func write(
        _ plan: RunPlan,
        _ file: TransferFileFacts,
        _ export: ApprovedExport
    ) throws -> (package: TransferPackage, digest: [UInt8]) {
        let facts = RenderingFacts(
            run: plan.run,
            file: file,
            log: log.logID,
            epoch: log.epoch,
            told: plan.told,
            school: plan.school,
            party: plan.recipient.party,
            format: plan.task.format
        )
        let names = package(plan.run.id, file.name)
        return try outbox.add(plan.run.id, names: (names.data, names.manifest)) { data in
            try TransferRendering.write(
                plan.selection,
                keys: plan.keys,
                facts,
                under: export,
                data: { try data.append($0) },
                digest: { data.digest() },
                proving: prover
            )
        }
    }

    /// Destroys a run's files, here and as far as they came; doing it again is no error.
    ///
    /// - Returns: what was found at the recipient's, and what could not be taken back from there, for the task log.
    private func takeBack(_ run: RunID, _ file: String, _ way: any Delivery) throws
        -> (remains: DeliveryRemains, fault: String?)
    {
        var found: (remains: DeliveryRemains, fault: String?)
        do {
            found = (try way.clean(package(run, file)), nil)
        } catch {
            found = (.nothing, "what it left at the recipient's could not be removed: \(error)")
        }
        try outbox.remove(run)
        return found
    }

    private func package(_ run: RunID, _ file: String) -> TransferPackage {
        TransferPackage(folder: outbox.folder(of: run), data: file, manifest: TransferFileName(file).manifest)
    }
}
