import EventLog
import Identifiers
import School

/// What a run reads, all of it as it stood at one position of the log.
///
/// The projections are one; the naive model of the tests is another, and their judge.
public protocol TransferState {
    /// The log that it was made from.
    var logID: LogID { get }
    /// The log's epoch.
    var epoch: UInt32 { get }
    /// How far it has come: a run's upper bound.
    var position: Position { get }
    /// Where the log's epoch began, and whether what was lost has been decided again; nil for a store that was never
    /// restored.
    func restored() throws -> (began: Position, isConfirmed: Bool)?

    /// A task; nil for none.
    func task(_ id: TaskID) throws -> TaskDefinition?
    /// A recipient; nil for none.
    func recipient(_ id: RecipientID) throws -> Recipient?
    /// A school; nil for none.
    func school(_ id: BaseID) throws -> SendingSchool?
    /// When the event at a position was recorded; nil for the origin.
    func recordedAt(_ position: Position) throws -> Timestamp?
    /// Where a base stands with a report.
    func acceptance(of report: String, at base: BaseID) throws -> ReportAcceptance
    /// How far a task has come at a base.
    func progress(of task: TaskID, at base: BaseID) throws -> TaskProgress
    /// How far a stream of transfers has come.
    func transfers(in stream: StreamID) throws -> TransferStreamState

    /// Visits what changed at a base after a position, in any order: pupils and their data groups, no group when the
    /// standing changed. A contact's new details come as a change of the group contacts of each pupil who links to the
    /// contact.
    func forEachChange(
        at base: BaseID,
        after lower: Position,
        _ visit: (SubjectID, DataGroup?) throws -> Void
    ) throws
    /// Visits the pupils who are at a base, dually registered ones included, whatever their standing.
    func forEachPupil(at base: BaseID, _ visit: (SubjectID) throws -> Void) throws
    /// Where a pupil stands at a base.
    func standing(of pupil: SubjectID, at base: BaseID) throws -> PupilStanding
    /// The base whose record a pupil is: of two registrations, the main one's; nil for nobody who is known.
    func mainBase(of pupil: SubjectID) throws -> BaseID?
    /// Visits the pupils registered at a base, in whatever order, whose last leaving date lies between two days.
    ///
    /// - Parameters:
    ///   - first: the first day, yyyy-MM-dd; nil for the beginning of time.
    ///   - last: the last day, in the same form.
    func forEachLeaving(
        at base: BaseID,
        from first: String?,
        through last: String,
        _ visit: (SubjectID) throws -> Void
    ) throws
    /// A data group of a pupil, the registration being that at the base; nil when nothing is held.
    func content(of group: DataGroup, of pupil: SubjectID, at base: BaseID) throws -> GroupContent?
    /// The data groups of a pupil that the school's MIS deleted while the pupil stays (S1-25).
    func groupsDeletedAtSource(of pupil: SubjectID) throws -> Set<DataGroup>
    /// Details of the person whom a link of a pupil's contacts group points to; nil when nothing is held.
    func contactDetails(_ link: FieldRow, of pupil: SubjectID) throws -> GroupContent?

    /// The person whom a link of a pupil's contacts group points to; nil when nobody of this key was ever told.
    func contact(_ link: FieldRow, of pupil: SubjectID) throws -> SubjectID?
    /// What of a pupil is kept back for the child's safety as known now, whatever the position.
    func protection(of pupil: SubjectID) throws -> Protection
    /// Whether the person whom a link of a pupil's contacts group points to lives with a pupil whose address is restricted.
    func livesWithRestricted(_ link: FieldRow, of pupil: SubjectID) throws -> Bool
    /// Whether a present pupil of a base links to the contact whom a link of another pupil points to.
    func isLinked(_ link: FieldRow, of pupil: SubjectID, at base: BaseID) throws -> Bool
    /// A pupil's memberships of a base's classes, present ones and past ones, ordered by id.
    func memberships(of pupil: SubjectID, at base: BaseID) throws -> [HeldMembership]
    /// Visits the pupils in whose classes at a base something changed after a position: the membership, the class itself,
    /// its course or a term; in any order.
    func forEachClassChange(at base: BaseID, after lower: Position, _ visit: (SubjectID) throws -> Void) throws

    /// A pupil's marks at a base, in any order.
    func marks(of pupil: SubjectID, at base: BaseID) throws -> [FieldRow]
    /// Sessions that the calendar of a base has closed.
    func closedSessions(at base: BaseID) throws -> Set<AttendanceTotals.Session>
    /// Sessions that the calendar of a base has open.
    func openSessions(at base: BaseID) throws -> Set<AttendanceTotals.Session>
    /// Visits the pupils whose marks at a base changed after a position, in any order, some perhaps again.
    func forEachMarkChange(at base: BaseID, after lower: Position, _ visit: (SubjectID) throws -> Void) throws

    /// What a pupil's record became in the MIS, or came from; nil for nothing that was told.
    func trace(of pupil: SubjectID) throws -> PupilTrace?
    /// What a recipient was told of a pupil by a base; nil when nothing.
    func sent(_ pupil: SubjectID, from base: BaseID, to recipient: RecipientID) throws -> SentState?
    /// Visits the pupils of whom a recipient was told by a base.
    func forEachSent(from base: BaseID, to recipient: RecipientID, _ visit: (SubjectID) throws -> Void) throws
    /// A pupil's name to a recipient, whichever base told it first; nil when the recipient never heard of the pupil.
    func recipientKey(of pupil: SubjectID, to recipient: RecipientID) throws -> RecipientKey?
}

/// A school as its files name it.
public struct SendingSchool: Sendable, Hashable {
    /// The base.
    public var id: BaseID
    /// Its name; the key that sources use when no name is known.
    public var name: String
    /// Seven digits; nil until it has been set.
    public var laestab: String?
    /// The numbers that its files have been named by before, the oldest first.
    public var formerLaestabs: [String]
    /// Where it got its present number in place of another; the origin when it never had another.
    public var renumbered: Position

    /// Makes a school.
    public init(
        id: BaseID,
        name: String,
        laestab: String?,
        formerLaestabs: [String] = [],
        renumbered: Position = .origin
    ) {
        self.id = id
        self.name = name
        self.laestab = laestab
        self.formerLaestabs = formerLaestabs
        self.renumbered = renumbered
    }
}

/// How far the transfers from a base to a party have come.
public struct TransferStreamState: Sendable, Hashable {
    /// How many events the stream has.
    public var version: UInt64
    /// The number of the last file, delivered or not; nil for none.
    public var lastNumber: FileNumber?

    /// Makes a state.
    public init(version: UInt64, lastNumber: FileNumber?) {
        self.version = version
        self.lastNumber = lastNumber
    }
}

/// How far a task has come at a base.
public struct TaskProgress: Sendable, Hashable {
    /// Everything up to here has been looked at: the exclusive lower bound of the next run.
    public var cursor: Position
    /// Everything up to here has been told without a gap: what the next manifest begins at.
    ///
    /// It stays where the last file ended while runs have nothing to send, and goes to where a reset puts the cursor.
    public var told: Position

    /// Makes a progress.
    public init(cursor: Position, told: Position) {
        self.cursor = cursor
        self.told = told
    }
}

/// Where a pupil stands at a base (rulings 21).
public enum PupilStanding: Sendable, Hashable, CaseIterable {
    /// In the school's exports.
    case present
    /// Said to have left.
    case left
    /// No longer in the exports.
    case absent
    /// Deleted in the MIS.
    case deletedAtSource
    /// At another base of the source now, or never was here.
    case elsewhere
    /// Keys have been destroyed, and nothing is known any more; telling recipients is the erasure's own affair.
    case erased
}

/// What a recipient was told of a pupil by a base.
public struct SentState: Sendable, Hashable {
    /// What was told last.
    public var change: PupilChange
    /// For each group that the recipient holds: the code of its content.
    public var codes: [DataGroup: [UInt8]]

    /// Makes a state.
    public init(change: PupilChange, codes: [DataGroup: [UInt8]]) {
        self.change = change
        self.codes = codes
    }
}
