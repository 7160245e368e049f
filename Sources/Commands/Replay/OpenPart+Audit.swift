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

    static func describe(_ message: Syncd_Events_CheckpointWitnessed) -> JSON {
        [
            "origin": .string(message.origin), "size": JSON(message.size), "root": .string(hex(message.root)),
            "url": .string(message.url), "witness": .string(message.witness), "time": JSON(message.time),
            "signature": .string(hex(message.signature)),
        ]
    }

    static func describe(_ message: Syncd_Events_WitnessRefused) -> JSON {
        let kind: JSON =
            switch message.kind {
            case .rollback: "rollback"
            case .fork: "fork"
            case .UNRECOGNIZED(let number): JSON(number)
            }
        return [
            "origin": .string(message.origin), "size": JSON(message.size), "root": .string(hex(message.root)),
            "url": .string(message.url), "witness": .string(message.witness), "kind": kind, "held": JSON(message.held),
        ]
    }
}
