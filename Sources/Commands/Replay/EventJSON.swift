import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// An event as one JSON object.
enum EventJSON {
    /// The event; with its parts opened when they were read so.
    static func json(_ event: RecordedEvent, opened: Bool) throws -> JSON {
        let type = EventType(rawValue: event.type.rawValue)
        return [
            "position": JSON(event.position.rawValue),
            "type": type.map { .string($0.name) } ?? JSON(event.type.rawValue),
            "schemaVersion": JSON(event.schemaVersion),
            "base": .string(event.base.hex),
            "stream": .string(event.stream.hex),
            "version": JSON(event.streamVersion),
            "recordedAt": .string(LondonTime.iso(event.recordedAt)),
            "actor": .string(event.actor.hex),
            "commandId": .string(event.command.hex),
            "cause": event.cause == .origin ? nil : JSON(event.cause.rawValue),
            "batch": ["index": JSON(event.indexInBatch), "size": JSON(event.eventsInBatch)],
            "open": try OpenPart.json(event),
            "parts": .array(try event.parts.map { try json($0, of: event, opened: opened) }),
        ]
    }

    private static func json(_ part: RecordedPart, of event: RecordedEvent, opened: Bool) throws -> JSON {
        var members: [JSON.Member] = [
            .init(name: "class", value: OpenPart.group(part.dataClass.rawValue)),
            .init(name: "keyId", value: .string(part.keyID.hex)),
            .init(name: "sealed", value: JSON(part.sealedLength)),
        ]
        if opened {
            members.append(.init(name: "subject", value: JSON(part.subject?.hex)))
            members.append(.init(name: "payload", value: try SealedPart(part, of: event)?.json ?? .null))
        }
        return .object(members)
    }
}

/// What was sealed in a part, decoded.
enum SealedPart {
    /// A data group of somebody or something.
    case group(Syncd_Events_GroupPart)
    /// Who and why.
    case note(Syncd_Events_AuditNote)
    /// A digest.
    case digest([UInt8])
    /// What a data issue holds.
    case issue(Syncd_Events_DataIssuePart)
    /// Whose account it is.
    case account(Syncd_Events_AccountDetails)
    /// Secrets, which nobody is shown, whatever the role.
    case secrets
    /// What a parent or a pupil said.
    case consent(Syncd_Events_PupilConsentStatement)
    /// Figures without a name.
    case figures([YearFigures])

    /// Decodes a part of an event; nil when its key has been destroyed.
    init?(_ part: RecordedPart, of event: RecordedEvent) throws {
        guard let bytes = part.plaintext else { return nil }
        // Who has the key that signs checkpoints can sign what never was.
        if event.type == EventType.auditKeyMade.number {
            self = .secrets
            return
        }
        if event.type == EventType.figuresKept.number {
            self = .figures(try KeptFigures.years(bytes))
            return
        }
        switch DataGroup(rawValue: part.dataClass.rawValue) {
        case .audit: self = .note(try Syncd_Events_AuditNote(serializedBytes: bytes))
        case .runDigest: self = .digest(bytes)
        case .dataIssue: self = .issue(try Syncd_Events_DataIssuePart(serializedBytes: bytes))
        case .accountDetails: self = .account(try Syncd_Events_AccountDetails(serializedBytes: bytes))
        case .credentials: self = .secrets
        case .pupilConsent: self = .consent(try Syncd_Events_PupilConsentStatement(serializedBytes: bytes))
        default: self = .group(try Syncd_Events_GroupPart(serializedBytes: bytes))
        }
    }

    /// The part as JSON: rows as lists of field and value, since a row may hold a field twice.
    var json: JSON {
        switch self {
        case .digest(let bytes): return ["digest": .string(OpenPart.hex(bytes))]
        case .note(let note): return ["actor": .string(note.actor), "reason": .string(note.reason)]
        case .account(let part): return ["name": .string(part.name)]
        case .consent(let said):
            let decision = ConsentStatement(said)?.decision.word ?? "unknown"
            return [
                "purpose": .string(said.purpose), "decision": .string(decision), "contactKey": .string(said.contactKey),
                "wording": .string(said.wording), "written": .bool(said.written),
            ]
        case .figures(let years): return ["years": .array(years.map(\.json))]
        case .secrets: return ["withheld": true]
        case .issue(let part): return ["misKey": .string(part.misKey), "value": .string(part.value)]
        case .group(let part):
            let rows = part.rows.map { row in
                JSON.array(zip(row.fields, row.values).map { [.string(Self.name($0)), .string($1)] })
            }
            return ["change": .string(Self.name(part.change)), "misKey": .string(part.misKey), "rows": .array(rows)]
        }
    }

    /// The name of a field; of one that this program does not know, its number.
    static func name(_ field: UInt32) -> String {
        UInt16(exactly: field).flatMap(Field.init(rawValue:))?.name ?? "field \(field)"
    }

    static func name(_ change: Syncd_Events_GroupPart.Change) -> String {
        switch change {
        case .set: "set"
        case .cleared: "cleared"
        case .deletedAtSource: "deletedAtSource"
        case .UNRECOGNIZED(let number): String(number)
        }
    }
}
