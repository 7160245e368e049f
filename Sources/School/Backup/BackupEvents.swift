import EventLog
import Events
import Foundation
import Identifiers
import SwiftProtobuf

/// The events of backups and of what is restored from them, in the words of `schemas/events/backup.proto`.
public enum BackupEvents {
    /// A backup was taken and read back.
    ///
    /// - Parameter folder: where it lies, from the root.
    public static func taken(_ report: BackupReport, in folder: String, owner: BaseID) -> NewEvent {
        event(
            .backupTaken,
            Syncd_Events_BackupTaken.with {
                $0.target = Data(report.target.bytes)
                $0.folder = folder
                $0.through = report.through.rawValue
                $0.generation = report.generation
                $0.set = UInt32(report.set)
            },
            owner
        )
    }

    /// A backup was read from its first byte to its last.
    public static func verified(_ target: SubjectID, through: Position, isSound: Bool, owner: BaseID) -> NewEvent {
        event(
            .backupVerified,
            Syncd_Events_BackupVerified.with {
                $0.target = Data(target.bytes)
                $0.through = through.rawValue
                $0.sound = isSound
            },
            owner
        )
    }

    /// A new generation of keys lies in a backup.
    public static func keysRenewed(_ generation: UInt32, in target: SubjectID, owner: BaseID) -> NewEvent {
        event(
            .backupKeysRenewed,
            Syncd_Events_BackupKeysRenewed.with {
                $0.target = Data(target.bytes)
                $0.generation = generation
            },
            owner
        )
    }

    /// A place is no backup any more.
    public static func forgotten(_ target: SubjectID, owner: BaseID) -> NewEvent {
        event(.backupForgotten, Syncd_Events_BackupForgotten.with { $0.target = Data(target.bytes) }, owner)
    }

    /// A store was restored.
    ///
    /// - Parameters:
    ///   - epoch: the one that begins.
    ///   - before: the one that the backup is of.
    ///   - through: the last position that was restored.
    ///   - trees: the heads of its trees there, 56 bytes each.
    ///   - place: the backup's id, and where it lay.
    public static func epochBegan(
        _ epoch: UInt32,
        after before: UInt32,
        through: Position,
        trees: [UInt8],
        generation: UInt32,
        taken: Timestamp,
        from place: (target: SubjectID, folder: String)?,
        owner: BaseID
    ) -> NewEvent {
        event(
            .epochBegan,
            Syncd_Events_EpochBegan.with {
                $0.epoch = epoch
                $0.before = before
                $0.through = through.rawValue
                $0.trees = Data(trees)
                $0.generation = generation
                $0.taken = taken.microseconds
                if let place { ($0.target, $0.folder) = (Data(place.target.bytes), place.folder) }
            },
            owner
        )
    }

    /// What was lost has been decided again.
    ///
    /// - Parameter note: who says so and why, sealed under the actor's key.
    public static func restoreConfirmed(_ epoch: UInt32, owner: BaseID, note: NewPart) -> NewEvent {
        var event = event(.restoreConfirmed, Syncd_Events_RestoreConfirmed.with { $0.epoch = epoch }, owner)
        event.parts = [note]
        return event
    }

    private static func event(_ type: EventType, _ message: some Message, _ owner: BaseID) -> NewEvent {
        NewEvent(type: type.number, base: owner, stream: StreamID(owner), open: EventBytes.of(message))
    }
}
