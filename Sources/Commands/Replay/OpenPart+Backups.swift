import EventLog
import Events
import School
import SwiftProtobuf

/// Open parts of backups and epochs.
extension OpenPart {
    /// Bytes of a tree's head in `EpochBegan`: base, size, root.
    private static let headBytes = 56

    static func backup(_ type: EventType, _ bytes: [UInt8]) throws -> JSON {
        switch type {
        case .epochBegan: try describe(Syncd_Events_EpochBegan(serializedBytes: bytes))
        case .backupTaken: try describe(Syncd_Events_BackupTaken(serializedBytes: bytes))
        case .backupVerified: try describe(Syncd_Events_BackupVerified(serializedBytes: bytes))
        case .backupKeysRenewed: try describe(Syncd_Events_BackupKeysRenewed(serializedBytes: bytes))
        case .restoreConfirmed: ["epoch": JSON(try Syncd_Events_RestoreConfirmed(serializedBytes: bytes).epoch)]
        default: ["target": id(try Syncd_Events_BackupForgotten(serializedBytes: bytes).target)]
        }
    }

    static func describe(_ message: Syncd_Events_RetentionRuleSet) -> JSON {
        [
            "group": message.group == 0 ? "record" : group(message.group), "months": JSON(message.months),
            "action": message.action == .anonymise ? "anonymise" : "erase",
        ]
    }

    private static func describe(_ message: Syncd_Events_EpochBegan) -> JSON {
        [
            "epoch": JSON(message.epoch), "before": JSON(message.before), "through": JSON(message.through),
            "trees": ids(message.trees, each: headBytes), "generation": JSON(message.generation),
            "taken": JSON(message.taken), "target": id(message.target), "folder": .string(message.folder),
        ]
    }

    private static func describe(_ message: Syncd_Events_BackupTaken) -> JSON {
        [
            "target": id(message.target), "folder": .string(message.folder), "through": JSON(message.through),
            "generation": JSON(message.generation), "set": JSON(message.set),
        ]
    }

    private static func describe(_ message: Syncd_Events_BackupVerified) -> JSON {
        ["target": id(message.target), "through": JSON(message.through), "sound": .bool(message.sound)]
    }

    private static func describe(_ message: Syncd_Events_BackupKeysRenewed) -> JSON {
        ["target": id(message.target), "generation": JSON(message.generation)]
    }
}
