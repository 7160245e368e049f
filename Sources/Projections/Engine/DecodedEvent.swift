import EventLog
import Events
import Identifiers
import School
import SwiftProtobuf

/// An event with its payload decoded, once for all projections.
public struct DecodedEvent: Sendable {
    /// What an event says, by its type.
    public enum Payload: Sendable {
        /// The store was made.
        case storeCreated(Syncd_Events_StoreCreated)
        /// A base got its place in the store.
        case baseRegistered(Syncd_Events_BaseRegistered)
        /// Attributes of a base were set.
        case baseConfigured(Syncd_Events_BaseConfigured)
        /// A base has another number than it had.
        case baseKeyChanged(Syncd_Events_BaseKeyChanged)
        /// A source was named.
        case sourceRegistered(Syncd_Events_SourceRegistered)
        /// An import run began.
        case importStarted(Syncd_Events_ImportStarted)
        /// An import run went through.
        case importCompleted(Syncd_Events_ImportCompleted)
        /// Deletions of what nobody has told of were told.
        case importDeletesIgnored(Syncd_Events_ImportDeletesIgnored)
        /// The undoing of an import run began.
        case importUndoStarted(Syncd_Events_ImportUndoStarted)
        /// An import run was undone.
        case importUndone(Syncd_Events_ImportUndone)
        /// Data groups of entities changed.
        case entityChanged(EntityChange)
        /// An entity is no longer, or again, in its source.
        case entityStatusChanged(Syncd_Events_EntityStatusChanged)
        /// An entity went from one base to another.
        case entityMoved(Syncd_Events_EntityMoved)
        /// A recipient was added.
        case recipientAdded(Syncd_Events_RecipientAdded)
        /// The head accepted a report.
        case reportAccepted(Syncd_Events_ReportAccepted)
        /// The head withdrew a report.
        case reportWithdrawn(Syncd_Events_ReportWithdrawn)
        /// A task was defined.
        case taskCreated(Syncd_Events_TaskCreated)
        /// A task run began to make its file.
        case transferStarted(Syncd_Events_TransferStarted)
        /// A task run was delivered, or had nothing to send.
        case transferCompleted(Syncd_Events_TransferCompleted)
        /// A task run ended without a delivery.
        case transferFailed(Syncd_Events_TransferFailed)
        /// A task's cursor was set by hand.
        case cursorReset(Syncd_Events_CursorReset)
        /// What went into a run's file.
        case transferItems(Syncd_Events_TransferItems)
        /// Records were opened for a person.
        case recordsRead(Syncd_Events_RecordsRead)
        /// An account acted for the first time: nothing but the leaf says so.
        case actorNamed
        /// An event could not be applied.
        case eventParked(Syncd_Events_EventParked)
        /// An event is applied again.
        case eventRetried(Syncd_Events_EventRetried)
        /// A recipient answered a notice of erasure.
        case erasureAnswered(Syncd_Events_ErasureAnswered)
        /// Pupils of two sources are one.
        case pupilsMatched(Syncd_Events_PupilsMatched)
        /// They are not, after all.
        case pupilsUnmatched(Syncd_Events_PupilsUnmatched)
        /// How a base takes in a data item of another source.
        case inboundRuleSet(Syncd_Events_InboundRuleSet)
        /// Somebody decided on a difference between two sources.
        case conflictResolved(Syncd_Events_ConflictResolved)
        /// The heads of all trees were written down.
        case headsRecorded(Syncd_Events_HeadsRecorded)
        /// A witness countersigned a checkpoint.
        case checkpointWitnessed(Syncd_Events_CheckpointWitnessed)
        /// A witness holds another history.
        case witnessRefused(Syncd_Events_WitnessRefused)
        /// Checkpoints may be published again.
        case publicationResumed(Syncd_Events_PublicationResumed)
        /// A key that signs checkpoints was made.
        case auditKeyMade(Syncd_Events_AuditKeyMade)
        /// Rows of the public list of links changed.
        case establishmentLinksChanged(Syncd_Events_EstablishmentLinksChanged)
        /// Rows of the public list of schools changed.
        case establishmentsChanged(Syncd_Events_EstablishmentsChanged)
        /// A row or value could not be taken in.
        case dataIssueRaised(Syncd_Events_DataIssueRaised)
        /// A data issue came to its end.
        case dataIssueResolved(Syncd_Events_DataIssueResolved)
        /// An account was added.
        case accountAdded(Syncd_Events_AccountAdded)
        /// An account got a role.
        case roleGranted(Syncd_Events_RoleGranted)
        /// An account lost a role.
        case roleRevoked(Syncd_Events_RoleRevoked)
        /// An account was disabled.
        case accountDisabled
        /// A password, code secret, token or invitation of an account was set.
        case credentialSet(Syncd_Events_CredentialSet)
        /// Somebody logged in.
        case sessionBegan(Syncd_Events_SessionBegan)
        /// A session is still in use.
        case sessionContinued(Syncd_Events_SessionContinued)
        /// A session ended.
        case sessionEnded(Syncd_Events_SessionEnded)
        /// Somebody tried to log in, and was refused.
        case loginFailed
        /// A command was refused to somebody.
        case accessRefused(Syncd_Events_AccessRefused)
        /// It was said which MIS a school runs.
        case baseMISSet(Syncd_Events_BaseMISSet)
        /// The agent of a school was installed.
        case agentInstalled(Syncd_Events_AgentInstalled)
        /// The agent of a school told that it is alive.
        case agentSeen(Syncd_Events_AgentSeen)
        /// A parent or a pupil gave, refused or withdrew a permission: the sealed part says which.
        case pupilConsentRecorded
        /// People, or data groups of people, are to be erased.
        case erasureRequested(Syncd_Events_ErasureRequested)
        /// An order to erase is given up.
        case erasureWithdrawn(Syncd_Events_ErasureWithdrawn)
        /// A person's erasure began, and goes through.
        case erasureBegun(Syncd_Events_ErasureBegun)
        /// A person's keys are destroyed: the receipt.
        case subjectErased(Syncd_Events_SubjectErased)
        /// Nothing of those of an order is left anywhere.
        case erasureCompleted(Syncd_Events_ErasureCompleted)
        /// A new generation of keys.
        case keysRotated(Syncd_Events_KeysRotated)
        /// A key-encryption key was copied to a custodian's place.
        case keyCopied(Syncd_Events_KeyCopied)
        /// There is a new lawful basis for data that had been erased.
        case suppressionLifted(Syncd_Events_SuppressionLifted)
        /// Nothing of a person is erased until this is lifted.
        case holdPlaced(Syncd_Events_HoldPlaced)
        /// A hold on a person's data is lifted.
        case holdLifted(Syncd_Events_HoldLifted)
        /// Where a base keeps its attendance register.
        case registerPlaced(Syncd_Events_RegisterPlaced)
        /// A store was restored: an epoch began.
        case epochBegan(Syncd_Events_EpochBegan)
        /// A backup was taken and read back.
        case backupTaken(Syncd_Events_BackupTaken)
        /// A backup was read from its first byte to its last.
        case backupVerified(Syncd_Events_BackupVerified)
        /// A new generation of keys was put into a backup.
        case backupKeysRenewed(Syncd_Events_BackupKeysRenewed)
        /// A place is no backup of the store any more.
        case backupForgotten(Syncd_Events_BackupForgotten)
        /// What was lost by a restore has been decided again.
        case restoreConfirmed(Syncd_Events_RestoreConfirmed)
        /// How long data of leavers are kept was set.
        case retentionRuleSet(Syncd_Events_RetentionRuleSet)
        /// A rule for keeping data of leavers was taken away.
        case retentionRuleRemoved(Syncd_Events_RetentionRuleRemoved)
        /// A task has another definition.
        case taskEdited(Syncd_Events_TaskEdited)
        /// A task runs no more.
        case taskDeleted(Syncd_Events_TaskDeleted)
        /// A task is locked down, or open again.
        case taskLockChanged(Syncd_Events_TaskLockChanged)
        /// All tasks of a base are locked down, or open again.
        case baseTasksLockChanged(Syncd_Events_BaseTasksLockChanged)
        /// When nothing begins by itself was set.
        case blackoutsChanged(Syncd_Events_BlackoutsChanged)
        /// A time of a task has come.
        case taskQueued(Syncd_Events_TaskQueued)
        /// Runs that waited wait no more.
        case taskCancelled(Syncd_Events_TaskCancelled)
        /// What transfers need was told.
        case prerequisiteRecorded(Syncd_Events_PrerequisiteRecorded)
        /// A recipient changed.
        case recipientEdited(Syncd_Events_RecipientEdited)
        /// An auditor may open the records of named people for a time.
        case readingGranted(Syncd_Events_ReadingGranted)
        /// Figures without a name.
        case figuresKept(Syncd_Events_FiguresKept)
        /// A grant to read ended before its day.
        case readingGrantWithdrawn(Syncd_Events_ReadingGrantWithdrawn)
        /// The school said whether a pupil's whereabouts or origin are kept back.
        case protectionDecided(Syncd_Events_ProtectionDecided)
    }

    /// The event as it stands in the log.
    public var recorded: RecordedEvent
    /// Its type.
    public var type: EventType
    /// What it says.
    public var payload: Payload

    /// Where what it changes counts as changed: its own position, or that of the retry that applied it.
    public var effectivePosition: Position

    /// Its place in the log.
    public var position: Position { recorded.position }
    /// The base whose tree holds it.
    public var base: BaseID { recorded.base }

    /// Decodes an event.
    ///
    /// - Parameter effectivePosition: where it takes effect; its own position when nil.
    /// - Throws: `unknownType` and `newerSchema` for one that a newer program wrote, `malformedEvent`.
    public init(_ event: RecordedEvent, effectiveAt effectivePosition: Position? = nil) throws(ProjectionError) {
        guard let type = EventType(rawValue: event.type.rawValue) else {
            throw ProjectionError(
                .unknownType,
                "event \(event.position) is of type \(event.type.rawValue), which this version does not know: "
                    + "use the version that wrote it"
            )
        }
        self.type = type
        recorded = event
        self.effectivePosition = effectivePosition ?? event.position
        do {
            payload = try Self.payload(of: event, type)
        } catch let error as ProjectionError where error.code == .newerSchema {
            throw error
        } catch {
            throw ProjectionError(
                .malformedEvent,
                "event \(event.position) (\(type.name)) cannot be read",
                cause: error
            )
        }
    }

    private static func payload(of event: RecordedEvent, _ type: EventType) throws -> Payload {
        if event.schemaVersion == type.schemaVersion { return try currentPayload(of: event, type) }
        guard let open = try type.currentOpenPart(event.open, version: event.schemaVersion) else {
            throw ProjectionError(
                .newerSchema,
                "event \(event.position) (\(type.name)) has version \(event.schemaVersion) of its schema, and this program "
                    + "knows \(type.schemaVersion): use the version that wrote it"
            )
        }
        var event = event
        event.open = open
        return try currentPayload(of: event, type)
    }

    private static func currentPayload(of event: RecordedEvent, _ type: EventType) throws -> Payload {
        switch type {
        case .pupilGroupChanged, .contactGroupChanged, .staffGroupChanged, .classGroupChanged, .baseGroupChanged,
            .enrolmentChanged, .teachingChanged, .attendanceMarked, .calendarChanged:
            .entityChanged(try EntityChange(event))
        case .storeCreated: .storeCreated(try message(event))
        case .baseRegistered: .baseRegistered(try message(event))
        case .baseConfigured: .baseConfigured(try message(event))
        case .baseKeyChanged: .baseKeyChanged(try message(event))
        case .sourceRegistered: .sourceRegistered(try message(event))
        case .importStarted: .importStarted(try message(event))
        case .importCompleted: .importCompleted(try message(event))
        case .importDeletesIgnored: .importDeletesIgnored(try message(event))
        case .importUndoStarted: .importUndoStarted(try message(event))
        case .importUndone: .importUndone(try message(event))
        case .entityStatusChanged: .entityStatusChanged(try message(event))
        case .entityMoved: .entityMoved(try message(event))
        case .recipientAdded: .recipientAdded(try message(event))
        case .reportAccepted: .reportAccepted(try message(event))
        case .reportWithdrawn: .reportWithdrawn(try message(event))
        case .taskCreated: .taskCreated(try message(event))
        case .transferStarted: .transferStarted(try message(event))
        case .transferCompleted: .transferCompleted(try message(event))
        case .transferFailed: .transferFailed(try message(event))
        case .cursorReset: .cursorReset(try message(event))
        case .transferItems: .transferItems(try message(event))
        case .recordsRead: .recordsRead(try message(event))
        case .actorNamed: .actorNamed
        case .eventParked: .eventParked(try message(event))
        case .eventRetried: .eventRetried(try message(event))
        case .headsRecorded: .headsRecorded(try message(event))
        case .checkpointWitnessed: .checkpointWitnessed(try message(event))
        case .witnessRefused: .witnessRefused(try message(event))
        case .erasureAnswered: .erasureAnswered(try message(event))
        case .pupilsMatched: .pupilsMatched(try message(event))
        case .pupilsUnmatched: .pupilsUnmatched(try message(event))
        case .inboundRuleSet: .inboundRuleSet(try message(event))
        case .conflictResolved: .conflictResolved(try message(event))
        case .publicationResumed: .publicationResumed(try message(event))
        case .auditKeyMade: .auditKeyMade(try message(event))
        case .establishmentLinksChanged: .establishmentLinksChanged(try message(event))
        case .establishmentsChanged: .establishmentsChanged(try message(event))
        case .dataIssueRaised: .dataIssueRaised(try message(event))
        case .dataIssueResolved: .dataIssueResolved(try message(event))
        case .accountAdded: .accountAdded(try message(event))
        case .roleGranted: .roleGranted(try message(event))
        case .roleRevoked: .roleRevoked(try message(event))
        case .accountDisabled: .accountDisabled
        case .credentialSet: .credentialSet(try message(event))
        case .sessionBegan: .sessionBegan(try message(event))
        case .sessionContinued: .sessionContinued(try message(event))
        case .sessionEnded: .sessionEnded(try message(event))
        case .loginFailed: .loginFailed
        case .accessRefused: .accessRefused(try message(event))
        case .baseMISSet: .baseMISSet(try message(event))
        case .agentInstalled: .agentInstalled(try message(event))
        case .agentSeen: .agentSeen(try message(event))
        case .pupilConsentRecorded: .pupilConsentRecorded
        case .erasureRequested: .erasureRequested(try message(event))
        case .erasureWithdrawn: .erasureWithdrawn(try message(event))
        case .erasureBegun: .erasureBegun(try message(event))
        case .subjectErased: .subjectErased(try message(event))
        case .erasureCompleted: .erasureCompleted(try message(event))
        case .keysRotated: .keysRotated(try message(event))
        case .keyCopied: .keyCopied(try message(event))
        case .suppressionLifted: .suppressionLifted(try message(event))
        case .holdPlaced: .holdPlaced(try message(event))
        case .holdLifted: .holdLifted(try message(event))
        case .registerPlaced: .registerPlaced(try message(event))
        case .epochBegan: .epochBegan(try message(event))
        case .backupTaken: .backupTaken(try message(event))
        case .backupVerified: .backupVerified(try message(event))
        case .backupKeysRenewed: .backupKeysRenewed(try message(event))
        case .backupForgotten: .backupForgotten(try message(event))
        case .restoreConfirmed: .restoreConfirmed(try message(event))
        case .retentionRuleSet: .retentionRuleSet(try message(event))
        case .retentionRuleRemoved: .retentionRuleRemoved(try message(event))
        case .taskEdited: .taskEdited(try message(event))
        case .taskDeleted: .taskDeleted(try message(event))
        case .taskLockChanged: .taskLockChanged(try message(event))
        case .baseTasksLockChanged: .baseTasksLockChanged(try message(event))
        case .blackoutsChanged: .blackoutsChanged(try message(event))
        case .taskQueued: .taskQueued(try message(event))
        case .taskCancelled: .taskCancelled(try message(event))
        case .prerequisiteRecorded: .prerequisiteRecorded(try message(event))
        case .recipientEdited: .recipientEdited(try message(event))
        case .readingGranted: .readingGranted(try message(event))
        case .figuresKept: .figuresKept(try message(event))
        case .readingGrantWithdrawn: .readingGrantWithdrawn(try message(event))
        case .protectionDecided: .protectionDecided(try message(event))
        }
    }

    private static func message<Payload: Message>(_ event: RecordedEvent) throws -> Payload {
        try Payload(serializedBytes: event.open)
    }
}
