import EventLog

/// Every type of event, as `schemas/events/registry` lists it; the raw value stands in leaves and is never reused.
public enum EventType: UInt16, CaseIterable, Sendable, Hashable {
    /// The store was made, for a school or an authority.
    case storeCreated = 1
    /// A base got its place in the store.
    case baseRegistered = 2
    /// Attributes of a base were set.
    case baseConfigured = 3
    /// A source, one MIS database, was named.
    case sourceRegistered = 4
    /// A base has another number than it had.
    case baseKeyChanged = 5
    /// An import run began.
    case importStarted = 10
    /// An import run went through, with its counts.
    case importCompleted = 11
    /// The undoing of an import run began.
    case importUndoStarted = 12
    /// An import run was undone, as far as nobody had changed anything since.
    case importUndone = 13
    /// A run was told to delete what nobody has told of; nothing changed.
    case importDeletesIgnored = 14
    /// Data groups of a pupil changed.
    case pupilGroupChanged = 20
    /// Data groups of a contact changed.
    case contactGroupChanged = 21
    /// Data groups of a member of staff changed.
    case staffGroupChanged = 22
    /// Data groups of a class, course or term changed.
    case classGroupChanged = 23
    /// Data groups of a school changed.
    case baseGroupChanged = 24
    /// A class membership changed.
    case enrolmentChanged = 25
    /// Who takes a class changed.
    case teachingChanged = 26
    /// Attendance marks were made or amended.
    case attendanceMarked = 27
    /// Sessions of the calendar changed.
    case calendarChanged = 28
    /// An entity is no longer, or again, in its source.
    case entityStatusChanged = 30
    /// An entity went from one base to another.
    case entityMoved = 31
    /// A recipient of transfer files was added.
    case recipientAdded = 40
    /// The head accepted a report.
    case reportAccepted = 41
    /// The head withdrew a report.
    case reportWithdrawn = 42
    /// A transfer task was defined.
    case taskCreated = 43
    /// A task run began to make its file.
    case transferStarted = 44
    /// A task run was delivered and acknowledged, or had nothing to send.
    case transferCompleted = 45
    /// A task run ended without a delivery.
    case transferFailed = 46
    /// A task's cursor was set by hand, and the gap recorded.
    case cursorReset = 47
    /// What went into a run's file.
    case transferItems = 48
    /// Records were opened for a person.
    case recordsRead = 50
    /// An account acted for the first time; whose it is stands sealed.
    case actorNamed = 51
    /// An event could not be applied to state: its stream waits.
    case eventParked = 52
    /// An event that waits is applied again.
    case eventRetried = 53
    /// A witness countersigned a checkpoint.
    case checkpointWitnessed = 160
    /// A witness holds another history.
    case witnessRefused = 161
    /// Checkpoints may be published again.
    case publicationResumed = 162
    /// A recipient answered a notice of erasure.
    case erasureAnswered = 190
    /// A pupil of another source is one of the school's own.
    case pupilsMatched = 191
    /// They are not, after all.
    case pupilsUnmatched = 192
    /// How a base takes in a data item of another source.
    case inboundRuleSet = 193
    /// Somebody decided what becomes of data that two sources tell differently.
    case conflictResolved = 194
    /// The heads of all trees at a checkpoint.
    case headsRecorded = 54
    /// A key that signs checkpoints was made.
    case auditKeyMade = 55
    /// A row or value of an import could not be taken in.
    case dataIssueRaised = 60
    /// A data issue was mended, or is no longer in the files.
    case dataIssueResolved = 61
    /// Rows of the public list of links between schools changed.
    case establishmentLinksChanged = 70
    /// Rows of the public list of schools changed.
    case establishmentsChanged = 71
    /// An account was added.
    case accountAdded = 80
    /// An account got a role.
    case roleGranted = 81
    /// An account lost a role.
    case roleRevoked = 82
    /// An account was disabled.
    case accountDisabled = 83
    /// A password, code secret, token or invitation of an account was set.
    case credentialSet = 84
    /// Somebody logged in.
    case sessionBegan = 85
    /// A session is still in use.
    case sessionContinued = 86
    /// A session ended.
    case sessionEnded = 87
    /// Somebody tried to log in, and was refused.
    case loginFailed = 88
    /// A command was refused to somebody.
    case accessRefused = 89
    /// It was said which MIS a school runs.
    case baseMISSet = 90
    /// The agent of a school was installed.
    case agentInstalled = 91
    /// The agent of a school told that it is alive.
    case agentSeen = 92
    /// A parent or a pupil gave, refused or withdrew a permission.
    case pupilConsentRecorded = 93
    /// People, or data groups of people, are to be erased.
    case erasureRequested = 130
    /// An order to erase is given up.
    case erasureWithdrawn = 131
    /// A person's erasure began, and goes through.
    case erasureBegun = 132
    /// A person's keys are destroyed: the receipt.
    case subjectErased = 133
    /// Nothing of those of an order is left anywhere.
    case erasureCompleted = 134
    /// A new generation of keys.
    case keysRotated = 135
    /// A key-encryption key was copied to a custodian's place.
    case keyCopied = 136
    /// There is a new lawful basis for data that had been erased.
    case suppressionLifted = 137
    /// Nothing of a person is erased until this is lifted.
    case holdPlaced = 138
    /// A hold on a person's data is lifted.
    case holdLifted = 139
    /// Where a base keeps its attendance register.
    case registerPlaced = 140
    /// A store was restored: an epoch began.
    case epochBegan = 150
    /// A backup was taken and read back.
    case backupTaken = 151
    /// A backup was read from its first byte to its last.
    case backupVerified = 152
    /// A new generation of keys was put into a backup.
    case backupKeysRenewed = 153
    /// A place is no backup of the store any more.
    case backupForgotten = 154
    /// What was lost by a restore has been decided again.
    case restoreConfirmed = 155
    /// How long data of leavers are kept was set.
    case retentionRuleSet = 156
    /// A rule for keeping data of leavers was taken away.
    case retentionRuleRemoved = 157
    /// An auditor may open the records of named people for a time.
    case readingGranted = 170
    /// A grant to read ended before its day.
    case readingGrantWithdrawn = 171
    /// The school said whether a pupil's whereabouts or origin are kept back.
    case protectionDecided = 172
    /// Figures of somebody erased stay, without a name.
    case figuresKept = 200
    /// A task has another definition.
    case taskEdited = 110
    /// A task runs no more.
    case taskDeleted = 111
    /// A task is for the school's use only, or no longer.
    case taskLockChanged = 112
    /// All tasks of a base are for the school's use only, or no longer.
    case baseTasksLockChanged = 113
    /// When nothing begins by itself was set.
    case blackoutsChanged = 114
    /// A time of a task has come: its runs wait for their turn.
    case taskQueued = 115
    /// Runs that waited wait no more.
    case taskCancelled = 116
    /// What transfers need of a school's programs was told.
    case prerequisiteRecorded = 117
    /// A recipient's way, documents or people changed.
    case recipientEdited = 118

    /// The number as the log knows it.
    public var number: EventTypeNumber { EventTypeNumber(rawValue: rawValue) }

    /// The name in the registry and in the output of `replay`.
    public var name: String {
        let label = String(describing: self)
        return label.prefix(1).uppercased() + label.dropFirst()
    }
}
