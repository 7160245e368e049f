import EventLog
import Foundation
import Identifiers
import Projections

/// How old backups are, and what is to be done about them.
struct BackupStatus {
    private let backups: [Backup]
    private let restored: Epoch?
    private let generation: UInt32
    private let now: Timestamp

    /// Days after which a backup is old.
    private static let daysOld: Int64 = 7

    init(_ session: Session) throws {
        (backups, restored) = try session.state.read {
            (try $0.backups().filter { !$0.folder.isEmpty }, try $0.restoredEpoch())
        }
        generation = session.log.keyGeneration
        now = session.now
    }

    private func days(_ time: Timestamp) -> Int64 { max(0, now.microseconds - time.microseconds) / 86_400_000_000 }

    /// A line for each place.
    var lines: [String] {
        if backups.isEmpty { return ["  Backup    never: see `syncd backup --help`"] }
        return backups.map { backup in
            let days = days(backup.taken)
            let age = days == 0 ? "today" : "\(Counts.of(days, "day")) ago"
            let verified = backup.isVerified ? "verified" : "not verified"
            return "  Backup    \(backup.folder): \(LondonTime.text(backup.taken)), \(age), \(verified)"
        }
    }

    /// What is to be done, a sentence each.
    var sentences: [String] {
        var sentences: [String] = []
        if let restored, !restored.isConfirmed {
            sentences.append(
                "The store was restored to event \(Counts.grouped(restored.through.rawValue)): nothing leaves it until what was "
                    + "decided later has been decided again, and somebody says so with `syncd restore confirm`."
            )
        }
        for backup in backups {
            if backup.generation < generation {
                sentences.append(
                    "The backup in \(backup.folder) was away when the keys changed, and nothing of it opens: mount it; the next "
                        + "command brings the keys there."
                )
            }
            if days(backup.taken) >= Self.daysOld {
                sentences.append(
                    "The last backup in \(backup.folder) is \(days(backup.taken)) days old: `syncd backup \(backup.folder)`."
                )
            }
            if backup.verified.microseconds > 0, !backup.isSound {
                sentences.append(
                    "The backup in \(backup.folder) is damaged: take a new one with `syncd backup --full \(backup.folder)`."
                )
            }
        }
        return sentences
    }

    /// For machines.
    var json: JSON {
        .array(
            backups.map { backup in
                [
                    "folder": .string(backup.folder), "taken": .string(LondonTime.iso(backup.taken)),
                    "through": JSON(backup.through.rawValue), "keyGeneration": JSON(backup.generation),
                    "opens": .bool(backup.generation == generation), "verified": .bool(backup.isVerified),
                ]
            }
        )
    }
}
