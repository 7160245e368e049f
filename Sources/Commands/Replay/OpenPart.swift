import EventLog
import Events
import Foundation
import Identifiers
import School
import SwiftProtobuf

/// The open part of an event as JSON: the names of protobuf's JSON form, ids in hex, every field written.
enum OpenPart {
    /// Decodes an event's open part, of whatever version.
    ///
    /// - Returns: an object; of a type or version that this program does not know, the bytes in hex.
    /// - Throws: what the decoder throws when the bytes are not what the type says.
    static func json(_ event: RecordedEvent) throws -> JSON {
        let type = EventType(rawValue: event.type.rawValue)
        guard let type, let bytes = try type.currentOpenPart(event.open, version: event.schemaVersion) else {
            return ["bytes": .string(hex(event.open))]
        }
        return try json(type, bytes)
    }

    private static func json(_ type: EventType, _ bytes: [UInt8]) throws -> JSON {
        switch type {
        case .storeCreated: try describe(Syncd_Events_StoreCreated(serializedBytes: bytes))
        case .baseRegistered: ["key": .string(try Syncd_Events_BaseRegistered(serializedBytes: bytes).key)]
        case .baseConfigured: try describe(Syncd_Events_BaseConfigured(serializedBytes: bytes))
        case .baseKeyChanged: try describe(Syncd_Events_BaseKeyChanged(serializedBytes: bytes))
        case .sourceRegistered: try describe(Syncd_Events_SourceRegistered(serializedBytes: bytes))
        case .importStarted: try describe(Syncd_Events_ImportStarted(serializedBytes: bytes))
        case .importCompleted: try describe(Syncd_Events_ImportCompleted(serializedBytes: bytes))
        case .importDeletesIgnored: try describe(Syncd_Events_ImportDeletesIgnored(serializedBytes: bytes))
        case .pupilGroupChanged, .contactGroupChanged, .staffGroupChanged, .classGroupChanged, .baseGroupChanged,
            .enrolmentChanged, .teachingChanged, .attendanceMarked, .calendarChanged:
            try describe(Syncd_Events_EntityChanged(serializedBytes: bytes))
        case .entityStatusChanged: try describe(Syncd_Events_EntityStatusChanged(serializedBytes: bytes))
        case .entityMoved: try describe(Syncd_Events_EntityMoved(serializedBytes: bytes))
        case .recipientAdded: try describe(Syncd_Events_RecipientAdded(serializedBytes: bytes))
        case .reportAccepted: try describe(Syncd_Events_ReportAccepted(serializedBytes: bytes))
        case .reportWithdrawn: try describe(Syncd_Events_ReportWithdrawn(serializedBytes: bytes))
        case .taskCreated: try describe(Syncd_Events_TaskCreated(serializedBytes: bytes))
        case .transferStarted: try describe(Syncd_Events_TransferStarted(serializedBytes: bytes))
        case .transferCompleted: try describe(Syncd_Events_TransferCompleted(serializedBytes: bytes))
        case .transferFailed: try describe(Syncd_Events_TransferFailed(serializedBytes: bytes))
        case .cursorReset: try describe(Syncd_Events_CursorReset(serializedBytes: bytes))
        case .transferItems: try describe(Syncd_Events_TransferItems(serializedBytes: bytes))
        case .recordsRead: try describe(Syncd_Events_RecordsRead(serializedBytes: bytes))
        case .actorNamed: [:]
        case .eventParked: try describe(Syncd_Events_EventParked(serializedBytes: bytes))
        case .eventRetried: try describe(Syncd_Events_EventRetried(serializedBytes: bytes))
        case .headsRecorded: try describe(Syncd_Events_HeadsRecorded(serializedBytes: bytes))
        case .checkpointWitnessed: try describe(Syncd_Events_CheckpointWitnessed(serializedBytes: bytes))
        case .erasureAnswered: try describe(Syncd_Events_ErasureAnswered(serializedBytes: bytes))
        case .pupilsMatched: try describe(Syncd_Events_PupilsMatched(serializedBytes: bytes))
        case .pupilsUnmatched: try describe(Syncd_Events_PupilsUnmatched(serializedBytes: bytes))
        case .inboundRuleSet: try describe(Syncd_Events_InboundRuleSet(serializedBytes: bytes))
        case .conflictResolved: try describe(Syncd_Events_ConflictResolved(serializedBytes: bytes))
        case .witnessRefused: try describe(Syncd_Events_WitnessRefused(serializedBytes: bytes))
        case .publicationResumed:
            ["origin": .string(try Syncd_Events_PublicationResumed(serializedBytes: bytes).origin)]
        case .auditKeyMade: try describe(Syncd_Events_AuditKeyMade(serializedBytes: bytes))
        case .establishmentLinksChanged: try describe(Syncd_Events_EstablishmentLinksChanged(serializedBytes: bytes))
        case .establishmentsChanged: try describe(Syncd_Events_EstablishmentsChanged(serializedBytes: bytes))
        case .importUndoStarted: try describe(Syncd_Events_ImportUndoStarted(serializedBytes: bytes))
        case .importUndone: try describe(Syncd_Events_ImportUndone(serializedBytes: bytes))
        case .dataIssueRaised: try describe(Syncd_Events_DataIssueRaised(serializedBytes: bytes))
        case .dataIssueResolved: try describe(Syncd_Events_DataIssueResolved(serializedBytes: bytes))
        case .accountAdded: try describe(Syncd_Events_AccountAdded(serializedBytes: bytes))
        case .roleGranted: try describe(Syncd_Events_RoleGranted(serializedBytes: bytes))
        case .roleRevoked: try describe(Syncd_Events_RoleRevoked(serializedBytes: bytes))
        case .accountDisabled: [:]
        case .credentialSet: try describe(Syncd_Events_CredentialSet(serializedBytes: bytes))
        case .sessionBegan: try describe(Syncd_Events_SessionBegan(serializedBytes: bytes))
        case .sessionContinued: try describe(Syncd_Events_SessionContinued(serializedBytes: bytes))
        case .sessionEnded: try describe(Syncd_Events_SessionEnded(serializedBytes: bytes))
        case .loginFailed: [:]
        case .accessRefused: try describe(Syncd_Events_AccessRefused(serializedBytes: bytes))
        case .baseMISSet: try describe(Syncd_Events_BaseMISSet(serializedBytes: bytes))
        case .agentInstalled: try describe(Syncd_Events_AgentInstalled(serializedBytes: bytes))
        case .agentSeen: try describe(Syncd_Events_AgentSeen(serializedBytes: bytes))
        case .pupilConsentRecorded: [:]
        case .erasureRequested: try describe(Syncd_Events_ErasureRequested(serializedBytes: bytes))
        case .erasureWithdrawn: try describe(Syncd_Events_ErasureWithdrawn(serializedBytes: bytes))
        case .erasureBegun: try describe(Syncd_Events_ErasureBegun(serializedBytes: bytes))
        case .subjectErased: try describe(Syncd_Events_SubjectErased(serializedBytes: bytes))
        case .erasureCompleted: try describe(Syncd_Events_ErasureCompleted(serializedBytes: bytes))
        case .keysRotated: try describe(Syncd_Events_KeysRotated(serializedBytes: bytes))
        case .keyCopied: try describe(Syncd_Events_KeyCopied(serializedBytes: bytes))
        case .suppressionLifted: try describe(Syncd_Events_SuppressionLifted(serializedBytes: bytes))
        case .holdPlaced: try describe(Syncd_Events_HoldPlaced(serializedBytes: bytes))
        case .holdLifted: try describe(Syncd_Events_HoldLifted(serializedBytes: bytes))
        case .registerPlaced: try describe(Syncd_Events_RegisterPlaced(serializedBytes: bytes))
        case .taskEdited, .taskDeleted, .taskLockChanged, .baseTasksLockChanged, .blackoutsChanged, .taskQueued,
            .taskCancelled, .prerequisiteRecorded, .recipientEdited:
            try task(type, bytes)
        case .epochBegan, .backupTaken, .backupVerified, .backupKeysRenewed, .backupForgotten, .restoreConfirmed:
            try backup(type, bytes)
        case .retentionRuleSet: try describe(Syncd_Events_RetentionRuleSet(serializedBytes: bytes))
        case .figuresKept: ["group": JSON(try Syncd_Events_FiguresKept(serializedBytes: bytes).group)]
        case .readingGranted: try describe(Syncd_Events_ReadingGranted(serializedBytes: bytes))
        case .readingGrantWithdrawn: try describe(Syncd_Events_ReadingGrantWithdrawn(serializedBytes: bytes))
        case .protectionDecided: ["subject": id(try Syncd_Events_ProtectionDecided(serializedBytes: bytes).subject)]
        case .retentionRuleRemoved:
            ["group": JSON(try Syncd_Events_RetentionRuleRemoved(serializedBytes: bytes).group)]
        }
    }

    /// Bytes as lower-case hexadecimal digits.
    static func hex(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            let digits = String(byte, radix: 16)
            text += digits.count == 1 ? "0" + digits : digits
        }
        return text
    }

    static func id(_ bytes: Data) -> JSON { .string(hex(bytes)) }

    /// Identifiers that lie one after the other.
    static func ids(_ bytes: Data, each count: Int = 16) -> JSON {
        .array(
            stride(from: 0, to: bytes.count, by: count).map { .string(hex(bytes.dropFirst($0).prefix(count))) }
        )
    }

    /// The name of an entity kind; of one that this program does not know, its number.
    static func kind(_ number: UInt32) -> JSON {
        guard let byte = UInt8(exactly: number) else { return JSON(number) }
        let name = EntityKind(rawValue: byte)?.name ?? ReferenceList(kindNumber: byte)?.kindName
        return name.map(JSON.string) ?? JSON(number)
    }

    /// The name of a data group; of one that this program does not know, its number.
    static func group(_ number: some BinaryInteger) -> JSON {
        UInt16(exactly: number).flatMap(DataGroup.init(rawValue:)).map { .string($0.name) } ?? JSON(number)
    }
}
