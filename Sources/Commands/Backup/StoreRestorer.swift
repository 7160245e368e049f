import Audit
import EventLog
import Events
import Foundation
import Identifiers
import Projections
import School
import Sealing
import SwiftProtobuf

/// Makes a store from a backup beside its place, and puts it there by one rename: whole or not at all.
struct StoreRestorer {
    let source: BackupSource
    let place: StorePlace
    let console: Console
    let surroundings: Surroundings

    /// What was done.
    struct Outcome {
        /// The last event of before.
        var through: Position
        /// When it was recorded.
        var recordedAt: Timestamp
        /// The epoch that began.
        var epoch: UInt32
        /// The generation of keys.
        var generation: UInt32
        /// Erasures of after the cut that were told again.
        var erasedAgain: Int
    }

    /// Restores.
    ///
    /// Durable on return.
    ///
    /// - Parameters:
    ///   - moment: the last event wanted; nil for all of the backup.
    ///   - keyFolders: where newer key files may lie.
    ///   - custodian: the folder of a custodian's copy of the key-encryption key.
    ///   - acceptsOlderKeys: a change of keys was cut off with the disk.
    func restore(
        to moment: Moment?,
        keyFolders: [String],
        custodian: String?,
        acceptsOlderKeys: Bool
    ) throws -> Outcome {
        try place.layout.requireFree()
        // Everything is read and every refusal found before anything is written.
        let contents = try source.read(to: moment, others: keyFolders) { progress("Checked", $0) }
        console.endProgress()
        let told = try source.folder.keySourceLines()
        let keySource = try place.keySource(told)
        let folders = [source.folder.path] + keyFolders
        let log = source.manifest.log
        var origin = keySource
        if let custodian {
            guard keySource is KeyFolder else {
                throw CommandError(
                    .keysOutdated,
                    "The store's key is kept by commands: bring the custodian's copy back to where they keep it, or name a folder "
                        + "for the key with --key-dir."
                )
            }
            origin = try KeyFolder(path: custodian, store: place.layout.root, randomness: SystemRandomness())
        }
        let choice = try KeyChoice(
            log,
            in: folders,
            known: contents.generation,
            source: origin,
            acceptsOlder: acceptsOlderKeys
        )
        warn(contents, choice, recorded: try recorded(contents, folders))
        if custodian != nil, let keySource = keySource as? KeyFolder {
            try keySource.adopt(log: log, generation: choice.generation, from: origin)
        }
        let epoch = try nextEpoch()
        let building = place.layout.beside()
        do {
            var from = EventLog.RestoreSource(
                set: source.set,
                manifest: source.manifest,
                through: contents.through,
                keys: choice.bytes,
                generation: choice.generation,
                epoch: epoch
            )
            if keySource is KeyCommands { from.keySourceLines = told }
            try EventLog.restore(
                from,
                into: building,
                keySource: keySource
            ) { progress("Restored", $0) }
            let erasedAgain = try begin(epoch, contents, choice.generation, in: building, keySource)
            console.endProgress()
            try building.put(inPlaceOf: place.layout)
            return Outcome(
                through: contents.through,
                recordedAt: contents.recordedAt,
                epoch: epoch,
                generation: choice.generation,
                erasedAgain: erasedAgain
            )
        } catch {
            building.remove()
            throw error
        }
    }

    /// The newest generation of keys that comes with a record of erasures: a backup has one beside its key file, a store's
    /// folder of keys has none.
    private func recorded(_ contents: BackupSource.Contents, _ folders: [String]) throws -> UInt32 {
        let log = source.manifest.log
        let generations = try folders.map(BackupFolder.init).filter { $0.identity(of: log) != nil }
            .compactMap { try $0.keyCopies().last?.generation }
        // A backup in which nobody is told as erased may be from before such records: what its log says counts.
        guard !contents.lost.isEmpty else { return contents.generation }
        return max(contents.generation, generations.max() ?? 0)
    }

    /// Tells where an erasure of after the backup may be unknown here: nobody's data comes back, but the MIS could tell it
    /// again.
    private func warn(_ contents: BackupSource.Contents, _ choice: KeyChoice, recorded: UInt32) {
        let again = "If somebody was erased after this backup, order it again before the next import."
        for path in contents.unread {
            console.warn("\(path) cannot be read, and may have told of erasures. \(again)")
        }
        if choice.generation > recorded {
            console.warn("The keys were changed after this backup, and nothing here says for whom. \(again)")
        }
    }

    private func progress(_ what: String, _ position: Position) {
        let total = source.backup.through.rawValue
        console.progress("\(what) \(Counts.grouped(position.rawValue)) of \(Counts.of(total, "event"))")
    }

    /// The number of the epoch to begin: one that no restore from here has had.
    private func nextEpoch() throws -> UInt32 {
        let epoch = max(try source.folder.highestEpoch(), source.manifest.epoch) + 1
        do {
            try source.folder.note(epoch: epoch)
        } catch {
            console.remark(
                "The backup cannot be written to: another restore from it would have the same epoch \(epoch). Restore from it once."
            )
        }
        return epoch
    }

    /// Begins the epoch, erases again what had been erased after the cut, and makes state.
    private func begin(
        _ epoch: UInt32,
        _ contents: BackupSource.Contents,
        _ generation: UInt32,
        in building: StoreLayout,
        _ keySource: any KeyEncryptionKeySource
    ) throws -> Int {
        let log = try EventLog(
            opening: building,
            keySource: keySource,
            settings: TestSettings(surroundings.environment).log,
            purpose: "syncd restore"
        )
        do {
            let trees = try {
                let audit = try AuditTrail(of: log)
                try audit.catchUp()
                return try audit.heads(ofEpoch: source.manifest.epoch)
            }()
            let actor = try acting(in: log)
            let began = BackupEvents.epochBegan(
                epoch,
                after: source.manifest.epoch,
                through: contents.through,
                trees: trees,
                generation: generation,
                taken: source.backup.at,
                from: try source.folder.identity().map { ($0.target, source.folder.path) },
                owner: log.owner
            )
            let naming = actor.isNew ? [try actor.actor.naming(owner: log.owner)] : []
            try append([began] + naming, by: actor.actor, to: log)
            let lost = LostErasures(contents, log: log, actor: actor.actor, now: surroundings.now())
            let events = try lost.events()
            for start in stride(from: 0, to: events.count, by: Self.batchEvents) {
                try append(Array(events[start..<min(start + Self.batchEvents, events.count)]), by: actor.actor, to: log)
            }
            try State(at: building.state, of: log).catchUp()
            try log.close()
            return lost.count
        } catch {
            try? log.close()
            throw error
        }
    }

    /// Events of one batch.
    private static let batchEvents = 1_000

    /// The system's account, which acts; named in the log behind the epoch's beginning if it never acted.
    private func acting(in log: EventLog) throws -> (actor: Actor, isNew: Bool) {
        if let known = try Actor.find(surroundings.account, in: log) { return (known, false) }
        var randomness = SystemRandomness()
        return (Actor(id: .random(using: &randomness), account: surroundings.account), true)
    }

    private func append(_ events: [NewEvent], by actor: Actor, to log: EventLog) throws {
        var randomness = SystemRandomness()
        let now = surroundings.now()
        let batch = Batch(
            command: .timeOrdered(at: now, using: &randomness),
            actor: actor.id,
            recordedAt: now,
            events: events
        )
        _ = try batch.surely(log.append)
    }
}
