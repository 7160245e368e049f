import Events
import SwiftProtobuf

/// Open parts that tell of the store, bases, sources and what came in.
extension OpenPart {
    static func describe(_ message: Syncd_Events_StoreCreated) -> JSON {
        let owner: JSON =
            switch message.owner {
            case .school: "school"
            case .authority: "authority"
            case .UNRECOGNIZED(let number): JSON(number)
            }
        return ["owner": owner, "formatVersion": JSON(message.formatVersion)]
    }

    static func describe(_ message: Syncd_Events_BaseConfigured) -> JSON {
        var members: [JSON.Member] = []
        if message.hasLaestab { members.append(.init(name: "laestab", value: .string(message.laestab))) }
        if message.hasUrn { members.append(.init(name: "urn", value: .string(message.urn))) }
        if message.hasName { members.append(.init(name: "name", value: .string(message.name))) }
        return .object(members)
    }

    static func describe(_ message: Syncd_Events_SourceRegistered) -> JSON {
        ["name": .string(message.name), "format": .string(message.format)]
    }

    static func describe(_ message: Syncd_Events_ImportStarted) -> JSON {
        [
            "source": id(message.source), "format": .string(message.format), "full": .bool(message.full),
            "settings": id(message.settings), "digest": id(message.digest),
            "files": .array(message.files.map(JSON.string)),
        ]
    }

    static func describe(_ message: Syncd_Events_ImportDeletesIgnored) -> JSON {
        [
            "source": id(message.source), "run": id(message.run), "count": JSON(message.count),
            "keys": .array(message.keys.map(id)),
        ]
    }

    static func describe(_ message: Syncd_Events_ImportCompleted) -> JSON {
        var members = completed(message)
        if message.hasTransfer { members.append(.init(name: "transfer", value: describe(message.transfer))) }
        return .object(members)
    }

    private static func describe(_ transfer: Syncd_Events_ReceivedTransfer) -> JSON {
        [
            "log": id(transfer.log), "epoch": JSON(transfer.epoch), "task": id(transfer.task), "run": id(transfer.run),
            "sender": .string(transfer.sender), "snapshot": .bool(transfer.snapshot),
            "fromPosition": JSON(transfer.fromPosition), "toPosition": JSON(transfer.toPosition),
        ]
    }

    private static func completed(_ message: Syncd_Events_ImportCompleted) -> [JSON.Member] {
        [
            .init(name: "source", value: id(message.source)), .init(name: "format", value: .string(message.format)),
            .init(name: "full", value: .bool(message.full)), .init(name: "settings", value: id(message.settings)),
            .init(name: "digest", value: id(message.digest)),
            .init(name: "files", value: .array(message.files.map(JSON.string))),
            .init(
                name: "counts",
                value: .array(
                    message.counts.map { count in
                        [
                            "kind": kind(count.kind), "added": JSON(count.added), "changed": JSON(count.changed),
                            "unchanged": JSON(count.unchanged), "gone": JSON(count.gone), "held": JSON(count.held),
                        ]
                    }
                )
            ),
            .init(name: "appended", value: JSON(message.appended)),
            .init(name: "issues", value: JSON(message.issues)), .init(name: "parked", value: JSON(message.parked)),
        ]
    }

    static func describe(_ message: Syncd_Events_EntityChanged) -> JSON {
        [
            "source": id(message.source), "run": id(message.run), "kind": kind(message.kind),
            "entities": ids(message.entities), "day": JSON(message.day), "session": JSON(message.session),
        ]
    }

    static func describe(_ message: Syncd_Events_EntityStatusChanged) -> JSON {
        let status: JSON =
            switch message.status {
            case .present: "present"
            case .absent: "absent"
            case .left: "left"
            case .deletedAtSource: "deletedAtSource"
            case .UNRECOGNIZED(let number): JSON(number)
            }
        return [
            "source": id(message.source), "run": id(message.run), "kind": kind(message.kind),
            "entity": id(message.entity), "status": status,
            "mergedInto": id(message.mergedInto), "splitFrom": id(message.splitFrom),
        ]
    }

    static func describe(_ message: Syncd_Events_EntityMoved) -> JSON {
        [
            "source": id(message.source), "run": id(message.run), "kind": kind(message.kind),
            "entity": id(message.entity), "fromBase": id(message.fromBase), "toBase": id(message.toBase),
        ]
    }

    static func describe(_ message: Syncd_Events_RecordsRead) -> JSON {
        [
            "command": .string(message.command), "from": JSON(message.from), "to": JSON(message.to),
            "subjects": ids(message.subjects), "grants": ids(message.grants),
        ]
    }
}
