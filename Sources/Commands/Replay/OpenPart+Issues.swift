import Events
import School
import SwiftProtobuf

/// Open parts that tell of data issues and of undone imports.
extension OpenPart {
    static func describe(_ message: Syncd_Events_DataIssueRaised) -> JSON {
        [
            "source": id(message.source), "run": id(message.run), "issue": id(message.issue),
            "file": .string(message.file), "line": JSON(message.line), "field": .string(message.field),
            "rule": .string(message.rule), "reason": .string(message.reason), "parked": .bool(message.parked),
            "kinds": .array(message.kinds.map(kind)), "groups": .array(message.groups.map(group)),
            "occurrence": JSON(message.occurrence),
        ]
    }

    static func describe(_ message: Syncd_Events_DataIssueResolved) -> JSON {
        let how: JSON =
            switch message.how {
            case .mended: "mended"
            case .gone: "gone"
            case .undone: "undone"
            case .UNRECOGNIZED(let number): JSON(number)
            }
        return ["source": id(message.source), "run": id(message.run), "issue": id(message.issue), "how": how]
    }

    static func describe(_ message: Syncd_Events_ImportUndoStarted) -> JSON {
        ["source": id(message.source), "run": id(message.run), "undone": id(message.undone)]
    }

    static func describe(_ message: Syncd_Events_ImportUndone) -> JSON {
        [
            "source": id(message.source), "run": id(message.run), "undone": id(message.undone),
            "counts": .array(
                message.counts.map { count in
                    [
                        "kind": kind(count.kind), "ended": JSON(count.ended), "restored": JSON(count.restored),
                        "left": JSON(count.left),
                    ]
                }
            ),
            "appended": JSON(message.appended),
        ]
    }
}
