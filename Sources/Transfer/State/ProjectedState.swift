import EventLog
import Identifiers
import Projections
import School

/// State as the projections have it, in one snapshot, and the few things that the log itself tells: all up to the same
/// position.
///
/// A class because it owns the snapshot; it lives as long as one read and stays on its thread.
final class ProjectedState: TransferState {
    let snapshot: Snapshot
    /// State as it is now, for a snapshot of the past: a child who is protected now was told of before.
    private let present: Snapshot?
    private let log: any TransferHistory
    /// What other runs of the night gathered already; nil where each looks for itself.
    private let contactChanges: ContactChanges?
    let position: Position
    let logID: LogID
    let epoch: UInt32
    /// Closed sessions by base, read once.
    var calendars: [BaseID: Set<AttendanceTotals.Session>] = [:]

    init(
        _ snapshot: consuming Snapshot,
        of log: any TransferHistory,
        contactChanges: ContactChanges? = nil,
        present: consuming Snapshot? = nil
    ) throws {
        let checkpoint = try snapshot.checkpoint()
        position = checkpoint.position
        logID = checkpoint.log
        epoch = checkpoint.epoch
        self.snapshot = snapshot
        self.log = log
        self.contactChanges = contactChanges
        self.present = present
    }

    func restored() throws -> (began: Position, isConfirmed: Bool)? {
        try snapshot.restoredEpoch().map { ($0.began, $0.isConfirmed) }
    }

    func task(_ id: TaskID) throws -> TaskDefinition? {
        guard let task = try snapshot.task(id), !task.isDeleted else { return nil }
        return task.ruled
    }

    func recipient(_ id: RecipientID) throws -> School.Recipient? {
        try snapshot.recipient(id)?.ruled()
    }

    func school(_ id: BaseID) throws -> SendingSchool? {
        guard let base = try snapshot.base(id) else { return nil }
        var former = base.formerLaestabs
        if !former.isEmpty {
            // What another school is called by now is not ours to be known by.
            let taken = Set(try snapshot.bases().map(\.laestab))
            former.removeAll { taken.contains($0) }
        }
        return SendingSchool(
            id: id,
            name: try snapshot.name(of: base),
            laestab: base.laestab.isEmpty ? nil : base.laestab,
            formerLaestabs: former,
            renumbered: base.keyChanges.last { $0.change.laestab != nil }?.position ?? .origin
        )
    }

    func recordedAt(_ position: Position) throws -> Timestamp? { try log.recordedAt(position) }

    func acceptance(of report: String, at base: BaseID) throws -> ReportAcceptance {
        let found = try snapshot.acceptance(of: report, at: base)
        guard found.state != .available else { return ReportAcceptance(base: base, report: report) }
        return ReportAcceptance(
            base: base,
            report: report,
            version: Int(found.version),
            isInForce: found.state == .accepted,
            hasLapsed: found.state == .lapsed,
            position: found.position,
            streamVersion: try log.streamVersion(at: found.position)
        )
    }

    func progress(of task: TaskID, at base: BaseID) throws -> TaskProgress {
        TaskProgress(
            cursor: try snapshot.cursor(of: task, at: base).position,
            told: try snapshot.toldPosition(of: task, at: base)
        )
    }

    func transfers(in stream: StreamID) throws -> TransferStreamState {
        try log.transfers(in: stream, through: position)
    }

    func sent(_ pupil: SubjectID, from base: BaseID, to recipient: RecipientID) throws -> SentState? {
        guard let change = try snapshot.lastTold(of: pupil, from: base, to: recipient) else { return nil }
        return SentState(change: change, codes: try snapshot.cachedHashes(of: pupil, from: base, for: recipient))
    }

    func trace(of pupil: SubjectID) throws -> PupilTrace? { try snapshot.trace(of: pupil) }

    func forEachSent(
        from base: BaseID,
        to recipient: RecipientID,
        _ visit: (SubjectID) throws -> Void
    ) throws {
        try snapshot.toldPupils(from: base, to: recipient) { pupil in
            try visit(pupil)
            return true
        }
    }

    func recipientKey(of pupil: SubjectID, to recipient: RecipientID) throws -> RecipientKey? {
        try snapshot.recipientKey(of: pupil, for: recipient).flatMap { RecipientKey(bytes: $0) }
    }
}

// Pupils.
extension ProjectedState {
    /// Groups that stand under a pupil's own id, or under that of a second registration.
    private static let pupilGroups: Set<DataGroup> = [
        .basicDetails, .address, .contacts, .registration, .sen, .fsm, .lookedAfter, .characteristics, .attainment,
        .account,
    ]

    func forEachPupil(at base: BaseID, _ visit: (SubjectID) throws -> Void) throws {
        try snapshot.entities(.pupil, at: base) { pupil in
            try visit(pupil)
            return true
        }
        try forEachSecondRegistration(at: base) { try visit($0) }
    }

    func standing(of pupil: SubjectID, at base: BaseID) throws -> PupilStanding {
        guard let entity = try snapshot.entity(pupil) else { return .erased }
        if entity.base == base { return PupilStanding(entity.status) }
        guard let registration = try secondRegistration(of: pupil, at: base) else { return .elsewhere }
        return PupilStanding(registration.status)
    }

    func mainBase(of pupil: SubjectID) throws -> BaseID? { try snapshot.entity(pupil)?.base }

    func forEachLeaving(
        at base: BaseID,
        from first: String?,
        through last: String,
        _ visit: (SubjectID) throws -> Void
    ) throws {
        try snapshot.leaving(from: base, between: first, and: last) { id in
            if let entity = try snapshot.entity(id) { try visit(entity.owner) }
            return true
        }
    }

    func content(of group: DataGroup, of pupil: SubjectID, at base: BaseID) throws -> GroupContent? {
        var holder = pupil
        if group == .registration, let entity = try snapshot.entity(pupil), entity.base != base {
            guard let registration = try secondRegistration(of: pupil, at: base) else { return nil }
            holder = registration.id
        }
        return try snapshot.group(group, of: holder)?.content
    }

    func groupsDeletedAtSource(of pupil: SubjectID) throws -> Set<DataGroup> {
        try snapshot.groupsDeletedAtSource(of: pupil)
    }

    func contactDetails(_ link: FieldRow, of pupil: SubjectID) throws -> GroupContent? {
        guard let key = link[.contactKey], let entity = try snapshot.entity(pupil),
            let contact = try snapshot.mirrorEntry(entity.source, .contact, key: key)
        else { return nil }
        return try snapshot.group(.contactDetails, of: contact.id)?.content
    }

    func protection(of pupil: SubjectID) throws -> Protection {
        try present?.protection(of: pupil) ?? snapshot.protection(of: pupil)
    }

    func livesWithRestricted(_ link: FieldRow, of pupil: SubjectID) throws -> Bool {
        guard let key = link[.contactKey], let entity = try snapshot.entity(pupil) else { return false }
        let details = try contactDetails(link, of: pupil)
        return try present?.livesWithRestricted(key, of: entity.source, details)
            ?? snapshot.livesWithRestricted(key, of: entity.source, details)
    }

    /// Whether a pupil's address decides what is told of the pupil's own contacts: who lives there is kept back for a
    /// protected child, and whom a court order bars is not told to live there.
    private func addressTouchesContacts(of pupil: SubjectID) throws -> Bool {
        if try protection(of: pupil).isRestricted { return true }
        return try snapshot.group(.contacts, of: pupil)?.content?.rows.contains(where: \.isBarred) ?? false
    }

    /// Visits the groups of a pupil of which more or less may be told when one of them changes.
    private func visit(
        _ group: DataGroup,
        of pupil: SubjectID,
        _ visit: (SubjectID, DataGroup?) throws -> Void
    ) throws {
        switch group {
        case .protection, .ownProtection: for guarded in Protection.guarded { try visit(pupil, guarded) }
        case .address where try addressTouchesContacts(of: pupil):
            try visit(pupil, .address)
            try visit(pupil, .contacts)
        default: if Self.pupilGroups.contains(group) { try visit(pupil, group) }
        }
    }

    func forEachChange(
        at base: BaseID,
        after lower: Position,
        _ visit: (SubjectID, DataGroup?) throws -> Void
    ) throws {
        try snapshot.changes(at: base, after: lower, to: position) { change in
            switch change.what {
            case .group(.registration, _):
                if let entity = try snapshot.entity(change.entity) { try visit(entity.owner, .registration) }
            case .group(let group, _): try self.visit(group, of: change.entity, visit)
            case .status(_, .pupil): try visit(change.entity, nil)
            case .status(_, .registration):
                if let entity = try snapshot.entity(change.entity) { try visit(entity.owner, nil) }
            case .status: break
            }
            return true
        }
        try snapshot.erased(at: base, after: lower) { try visit($0, nil) }
        // Who is registered here beside another base: the other groups change there.
        try forEachSecondRegistration(at: base) { pupil in
            for group in try snapshot.groups(of: pupil) where group.position > lower && group.group != .registration {
                try self.visit(group.group, of: pupil, visit)
            }
        }
        try forEachContactChange(at: base, after: lower) { source, key, pupil in
            if try isHere(pupil, base, source), try snapshot.isLinked(pupil, to: key) { try visit(pupil, .contacts) }
        }
    }

    private func forEachContactChange(
        at base: BaseID,
        after lower: Position,
        _ visit: (SourceID, _ key: String, SubjectID) throws -> Void
    ) throws {
        if let changes = try contactChanges?.changes(at: base, after: lower, in: snapshot, to: position) {
            for change in changes { try visit(change.source, change.key, change.pupil) }
            return
        }
        try snapshot.changedContacts(after: lower, to: position) { _, source, key in
            for pupil in try snapshot.pupils(everLinkedTo: key, of: source) { try visit(source, key, pupil) }
        }
        for change in try snapshot.changesByProtection(after: lower, to: position) {
            try visit(change.source, change.key, change.pupil)
        }
    }

    private func isHere(_ pupil: SubjectID, _ base: BaseID, _ source: SourceID) throws -> Bool {
        guard let entity = try snapshot.entity(pupil), entity.source == source else { return false }
        return try entity.base == base || secondRegistration(of: pupil, at: base) != nil
    }

    private func forEachSecondRegistration(at base: BaseID, _ visit: (SubjectID) throws -> Void) throws {
        try snapshot.entities(.registration, at: base) { id in
            if let registration = try snapshot.entity(id) { try visit(registration.owner) }
            return true
        }
    }

    private func secondRegistration(of pupil: SubjectID, at base: BaseID) throws -> Entity? {
        var found: Entity?
        try snapshot.entities(.registration, of: pupil) { id in
            if let entity = try snapshot.entity(id), entity.base == base { found = entity }
            return found == nil
        }
        return found
    }
}

extension PupilStanding {
    /// The standing of a status.
    init(_ status: EntityStatus) {
        self =
            switch status {
            case .present: .present
            case .absent: .absent
            case .left: .left
            case .deletedAtSource: .deletedAtSource
            case .movedAway: .elsewhere
            }
    }
}
