import Events
import SwiftProtobuf

/// Open parts that auditors ask for.
extension OpenPart {
    static func describe(_ message: Syncd_Events_HeadsRecorded) -> JSON {
        [
            "through": JSON(message.through), "epoch": JSON(message.epoch), "trees": JSON(message.trees),
            "root": .string(hex(message.root)),
        ]
    }

    static func describe(_ message: Syncd_Events_AuditKeyMade) -> JSON {
        ["number": JSON(message.number), "publicKey": .string(hex(message.publicKey))]
    }
}
