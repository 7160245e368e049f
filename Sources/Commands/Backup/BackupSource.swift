import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// A set of a backup that a store is to be made from, and what reading it through has told.
struct BackupSource {
    /// The folder.
    let folder: BackupFolder
    /// The set.
    let set: BackupSet
    /// What it holds.
    let manifest: BackupManifest
    /// The backup that is restored from.
    let backup: BackupManifest.Finished

    /// Finds the set.
    ///
    /// - Throws: `backupMissing`, `backupDamaged`.
    init(_ folder: BackupFolder, set number: Int?) throws {
        self.folder = folder
        guard try folder.identity() != nil else {
            throw EventLogError(
                .backupMissing,
                "\(folder.path) holds no backup: name the folder that `syncd backup` was given"
            )
        }
        if let number {
            guard let found = try folder.sets().first(where: { $0.number == number }),
                let manifest = try found.manifest(),
                let newest = manifest.newest
            else {
                throw EventLogError(.backupMissing, "\(folder.path) has no finished set \(number)")
            }
            (set, self.manifest, backup) = (found, manifest, newest)
        } else {
            let found = try folder.newestSet()
            guard let newest = found.manifest.newest else { throw EventLogError(.backupMissing, "no finished backup") }
            (set, manifest, backup) = (found.set, found.manifest, newest)
        }
    }

    /// What reading it through has told.
    struct Contents {
        /// Where the store is cut: a batch's end.
        var through = Position.origin
        /// When the event there was recorded.
        var recordedAt = Timestamp(microseconds: 0)
        /// The newest generation of keys that the log speaks of.
        var generation: UInt32 = 0
        /// Orders to erase that the store will have.
        var orders: Set<Data> = []
        /// Erasures that begin after the cut, in order.
        var lost: [ErasureNotes.Note] = []
        /// What might have told of more erasures and could not be read: files and folders.
        var unread: [String] = []
    }

    /// Reads everything, every checksum checked, and finds where to cut.
    ///
    /// - Parameters:
    ///   - moment: the last event wanted; nil for all of the backup.
    ///   - others: folders with keys; those of them that are backups of the same log tell of erasures, too.
    ///   - progress: told the position reached.
    /// - Throws: `backupDamaged` naming the file; `positionBeyondEnd`.
    func read(to moment: Moment?, others: [String] = [], _ progress: (Position) -> Void) throws -> Contents {
        var contents = Contents()
        var begun: [ErasureNotes.Note] = []
        var orders: [(position: Position, order: Data)] = []
        var isCut = false
        try set.forEachEvent(manifest) { leaf, _ in
            let position = leaf.position
            if position.rawValue % 65_536 == 0 { progress(position) }
            if leaf.endsBatch, position <= backup.through, !isCut {
                switch moment?.kind {
                case .position(let wanted): isCut = position.rawValue >= wanted
                case .time(let time): if leaf.recordedAt > time { return }
                case nil: break
                }
                (contents.through, contents.recordedAt) = (position, leaf.recordedAt)
            }
        }
        try checkCut(moment, contents, isCut)
        try set.forEachEvent(manifest) { leaf, open in
            guard let type = EventType(rawValue: leaf.type.rawValue), Self.told.contains(type) else { return }
            let bytes = [UInt8](open)
            contents.generation = max(contents.generation, try Self.generation(type, bytes))
            switch type {
            case .erasureRequested:
                orders.append((leaf.position, try Syncd_Events_ErasureRequested(serializedBytes: bytes).order))
            case .erasureBegun:
                let message = try Syncd_Events_ErasureBegun(serializedBytes: bytes)
                begun.append(ErasureNotes.Note(base: leaf.base, position: leaf.position, begun: message))
            default: break
            }
        }
        // What other sets and backups tell of is known by order and person: another life of the log has other positions.
        var known = Set(begun.filter { $0.position <= contents.through }.map(\.key))
        var told = begun + (try ErasureNotes.read(folder.erasures()))
        for place in [folder] + others.map(BackupFolder.init) { told += erasures(in: place, &contents.unread) }
        contents.lost = told.filter { known.insert($0.key).inserted }
        let backups = try folder.sets().compactMap { try? $0.manifest() }.flatMap(\.backups)
        contents.generation = max(contents.generation, backups.map(\.generation).max() ?? 0)
        contents.orders = Set(orders.filter { $0.position <= contents.through }.map(\.order))
        return contents
    }

    /// Erasures that other sets of a backup of the same log tell of, and what it was told of those that it has no events of.
    ///
    /// What cannot be read does not keep a store from being restored, since it is not what is restored from; it is noted.
    private func erasures(in place: BackupFolder, _ unread: inout [String]) -> [ErasureNotes.Note] {
        guard place.identity(of: manifest.log) != nil else { return [] }
        var begun: [ErasureNotes.Note] = []
        do {
            begun += try ErasureNotes.read(place.erasures())
            for other in try place.sets() where other.folder != set.folder {
                do {
                    begun += try Self.erasures(in: other)
                } catch {
                    unread.append(other.folder)
                }
            }
        } catch {
            unread.append(place.path)
        }
        return begun
    }

    private static func erasures(in other: BackupSet) throws -> [ErasureNotes.Note] {
        guard let manifest = try other.manifest() else { return [] }
        var begun: [ErasureNotes.Note] = []
        try other.forEachEvent(manifest) { leaf, open in
            guard leaf.type == EventType.erasureBegun.number else { return }
            let message = try Syncd_Events_ErasureBegun(serializedBytes: [UInt8](open))
            begun.append(ErasureNotes.Note(base: leaf.base, position: leaf.position, begun: message))
        }
        return begun
    }

    /// Events that tell of keys and erasures.
    private static let told: Set<EventType> = [
        .erasureRequested, .erasureBegun, .subjectErased, .keysRotated, .keyCopied, .backupTaken, .backupKeysRenewed,
    ]

    private static func generation(_ type: EventType, _ bytes: [UInt8]) throws -> UInt32 {
        switch type {
        case .subjectErased: try Syncd_Events_SubjectErased(serializedBytes: bytes).generation
        case .keysRotated: try Syncd_Events_KeysRotated(serializedBytes: bytes).generation
        case .keyCopied: try Syncd_Events_KeyCopied(serializedBytes: bytes).generation
        case .backupTaken: try Syncd_Events_BackupTaken(serializedBytes: bytes).generation
        case .backupKeysRenewed: try Syncd_Events_BackupKeysRenewed(serializedBytes: bytes).generation
        default: 0
        }
    }

    private func checkCut(_ moment: Moment?, _ contents: Contents, _ isCut: Bool) throws {
        if case .position(let wanted) = moment?.kind, !isCut {
            throw CommandError(
                .positionBeyondEnd,
                "The backup ends at event \(Counts.grouped(backup.through.rawValue)), before \(Counts.grouped(wanted)). Choose "
                    + "--to at or before it."
            )
        }
        guard contents.through > .origin else {
            throw CommandError(.positionBeyondEnd, "Nothing had been recorded by then. Choose a later --to.")
        }
    }
}
