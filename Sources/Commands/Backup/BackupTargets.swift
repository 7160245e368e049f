import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import SwiftProtobuf
import Synchronization

/// The places that backups of a store were taken to: each is brought the next generation of keys before the one before
/// is destroyed (log.md section 6, docs/decisions/0106).
struct BackupTargets {
    let session: Session

    init(_ session: Session) { self.session = session }

    /// Held while what a place knows of erasures is worked out and put there.
    private static let noting = Mutex(())

    /// All of them.
    func all() throws -> [Backup] {
        guard session.state.outdated.isEmpty else { return [] }
        return try session.state.read { try $0.backups() }.filter { !$0.folder.isEmpty }
    }

    /// The event that takes the backup that a store was restored from for one of its own, as long as it is none: what had been
    /// taken last is told after it, so the restored log does not know it (docs/decisions/0172).
    func adopted() throws -> [NewEvent] {
        var began: Syncd_Events_EpochBegan?
        try session.log.read(LogQuery(type: EventType.epochBegan.number, direction: .backward)) { event in
            began = try Syncd_Events_EpochBegan(serializedBytes: event.open)
            return false
        }
        guard let began, let target = SubjectID(bytes: began.target),
            try !all().contains(where: { $0.target == target })
        else { return [] }
        let folder = BackupFolder(began.folder)
        guard folder.identity(of: session.log.logID)?.target == target else { return [] }
        // Only one that this store has the whole of, and that no other life has given newer keys since.
        let generation = (try? folder.keyCopies().last?.generation) ?? 0
        guard let newest = try? folder.newestSet(), generation <= session.log.keyGeneration,
            let through = newest.manifest.newest?.through, through.rawValue <= began.through
        else {
            session.console.remark(
                "The backup in \(began.folder) is not taken for this store's own, since it holds more than was restored or "
                    + "cannot be read: begin another with `syncd backup take`."
            )
            return []
        }
        let report = BackupReport(
            target: target,
            set: newest.set.number,
            beganSet: false,
            through: Position(began.through),
            events: 0,
            bytes: 0,
            generation: generation
        )
        return [BackupEvents.taken(report, in: began.folder, owner: session.log.owner)]
    }

    /// True when a place is there, and is the one that it was.
    func isReachable(_ backup: Backup) -> Bool { folder(backup) != nil }

    /// The folder of a place that is there.
    private func folder(_ backup: Backup) -> BackupFolder? {
        let folder = BackupFolder(backup.folder)
        return folder.identity(of: session.log.logID)?.target == backup.target ? folder : nil
    }

    /// Refuses to change keys while every backup is away.
    ///
    /// - Throws: `backupsAway`; a store that was never backed up has nothing to wait for.
    func requireOne() throws {
        let all = try all()
        guard !all.isEmpty, !all.contains(where: isReachable) else { return }
        throw Self.away(all)
    }

    /// Refuses to change keys in a store that was made from a backup and that nobody has confirmed.
    ///
    /// It may be one beside the store that lives: when both have their key in one folder, a change of keys in one closes the
    /// other for good (docs/decisions/0161).
    ///
    /// - Throws: `restoreUnconfirmed`.
    func requireConfirmed() throws {
        guard session.state.outdated.isEmpty,
            let restored = try session.state.read({ try $0.restoredEpoch() }), !restored.isConfirmed
        else { return }
        throw CommandError(
            .restoreUnconfirmed,
            "This store was made from a backup, and nobody has confirmed that it is the one that counts now. Changing its keys, "
                + "as an erasure does, would close the store from before if that still exists. Confirm it first with `syncd "
                + "restore confirm`; if it is only for looking something up, leave it as it is."
        )
    }

    private static func away(_ all: [Backup]) -> CommandError {
        CommandError(
            .backupsAway,
            "No backup can be reached (\(all.map(\.folder).joined(separator: ", "))). An erasure replaces the store's key, and no "
                + "backup would open any more: if the disk died today, everybody's data would be lost. It waits until one of them "
                + "is mounted, or forgotten with `syncd backup forget`."
        )
    }

    /// Puts a new generation's key file to every place that is there, with what the places do not know of erasures.
    ///
    /// - Returns: the places that have it now.
    /// - Throws: `backupsAway` when there are places and none of them has it.
    func put(_ bytes: [UInt8], _ generation: UInt32) throws -> [Backup] {
        let all = try all()
        let reached = all.filter { backup in
            guard let folder = folder(backup) else { return false }
            do {
                try noteErasures(in: folder)
                try folder.putNewKeys(bytes, generation: generation)
                return true
            } catch {
                session.console.remark("The new keys could not be put into \(backup.folder): \(Failure(error).message)")
                return false
            }
        }
        if reached.isEmpty && !all.isEmpty { throw Self.away(all) }
        return reached
    }

    /// Writes down that places have a generation of keys; durable on return.
    func record(_ reached: [Backup], _ generation: UInt32) throws {
        guard !reached.isEmpty else { return }
        try session.append(
            reached.map { BackupEvents.keysRenewed(generation, in: $0.target, owner: session.log.owner) }
        )
    }

    /// Ends a change of keys that was cut off between its copies and the end of the old key.
    func finishKeyChange() throws {
        guard session.log.isChangingKeys else { return }
        var reached: [Backup] = []
        try session.log.finishKeyChange { reached = try put($0, $1) }
        try record(reached, session.log.keyGeneration)
    }

    /// Brings the present keys to places that were away when they changed.
    func bringKeys() throws {
        let generation = session.log.keyGeneration
        let reached = try all().filter { backup in
            guard backup.generation < generation, let folder = folder(backup) else { return false }
            do {
                try noteErasures(in: folder)
                try session.log.copyKeys(to: folder)
                return true
            } catch {
                session.console.remark("The new keys could not be put into \(backup.folder): \(Failure(error).message)")
                return false
            }
        }
        try record(reached, generation)
    }

    /// Puts what has been erased since a place's newest backup beside its keys: what a restore erases again.
    func noteErasures(in folder: BackupFolder) throws {
        try Self.noting.withLock { _ in
            let known = (try? folder.newestSet())?.manifest.newest?.through ?? .origin
            var notes = ErasureNotes()
            try session.log.read(LogQuery(from: known.next, type: EventType.erasureBegun.number)) { event in
                notes.add(event.open, at: event.base, position: event.position)
                return true
            }
            guard try notes.bytes != folder.erasures() else { return }
            try folder.putErasures(notes.bytes)
        }
    }
}

extension Session {
    /// Makes the next generation of keys, with copies in the backups before the one before is destroyed; durable on return.
    ///
    /// - Parameter finishing: what it is for has begun already, and goes through.
    /// - Throws: `backupsAway`, `restoreUnconfirmed`, and nothing has changed.
    @discardableResult
    func rotateKeys(lifting lifted: Set<KeyFence> = [], finishing: Bool = false) throws -> UInt32 {
        let targets = BackupTargets(self)
        try targets.requireOne()
        if !finishing { try targets.requireConfirmed() }
        var reached: [Backup] = []
        let generation = try log.rotateKeys(lifting: lifted) { reached = try targets.put($0, $1) }
        try targets.record(reached, generation)
        return generation
    }
}
