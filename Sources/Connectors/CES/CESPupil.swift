import Identifiers
import School

/// What happened to a pupil, as a recipient is told (rulings 4, 11, 21, 22).
public enum CESChange: String, CaseIterable, Sendable, Hashable, Codable {
    /// Sent for the first time.
    case new
    /// Some group differs from what was sent.
    case changed
    /// The UPN differs from what was sent; the recipient's id is the same.
    case keyChanged
    /// Has a leaving date.
    case left
    /// No longer in the school's export, and nobody said why.
    case absent
    /// No longer among the pupils that the task reaches; sent this last time.
    case outOfReach
    /// The school has withdrawn its acceptance: nothing more will come. It asks for no deletion.
    case sharingEnded
    /// The school's MIS has deleted the record.
    case deletedAtSource
    /// The pupil's data is erased; the recipient is asked to do the same.
    case erased

    /// Whether the pupil may stand in the XML; the others are notices in the manifest, with the recipient's id alone.
    public var carriesData: Bool {
        switch self {
        case .new, .changed, .keyChanged, .left, .outOfReach: true
        case .absent, .sharingEnded, .deletedAtSource, .erased: false
        }
    }
}

/// One pupil of a file: what the recipient is granted, and nothing else.
///
/// The writer takes what it is given. That a head has accepted it is decided before.
public struct CESPupil: Sendable, Hashable {
    /// Random for each pupil and recipient: it says nothing to anybody else.
    public var recipientID: Identifier<CESPupil>
    /// What happened.
    public var change: CESChange
    /// Names, birth date, sex and UPN, which a receiver matches by when the basic details themselves are not among the
    /// groups; nil when the report does not grant them.
    public var identity: FieldRow?
    /// The groups that replace what the recipient has; registration is that at the sending school.
    public var groups: [GroupContent]
    /// The groups that are empty now.
    public var clearedGroups: [DataGroup]
    /// Groups that are empty because the school's MIS deleted what there was.
    public var deletedAtSource: [DataGroup] = []
    /// Details of the contacts that the group `contacts` links to, by their key in the source, which is not sent.
    public var contactDetails: [String: GroupContent]
    /// The UPN that the recipient has of a pupil whose key changed.
    public var previousUPN: String?
    /// The pupil as whom this one goes on, because the MIS has merged their records or given one another key.
    public var mergedInto: Identifier<CESPupil>?
    /// The pupil of whose record in the MIS this one is the new half.
    public var splitFrom: Identifier<CESPupil>?

    /// Makes a pupil.
    public init(
        recipientID: Identifier<CESPupil>,
        change: CESChange,
        identity: FieldRow? = nil,
        groups: [GroupContent] = [],
        clearedGroups: [DataGroup] = [],
        contactDetails: [String: GroupContent] = [:]
    ) {
        self.recipientID = recipientID
        self.change = change
        self.identity = identity
        self.groups = groups
        self.clearedGroups = clearedGroups
        self.contactDetails = contactDetails
    }

    /// Whether the pupil stands in the XML: when there is something to say of somebody whom a receiver can match.
    var hasElement: Bool { change.carriesData && (identity != nil || !groups.isEmpty) }

    /// The basic details if they are sent, else what is given to match by.
    var matchedBy: FieldRow? {
        groups.first { $0.group == .basicDetails }?.rows.first ?? identity
    }

    /// Refuses a pupil whom a CES file cannot carry, or whose change and groups do not fit each other.
    func check() throws {
        try checkConsistency()
        let named = groups.map(\.group) + clearedGroups
        if let unknown = named.first(where: { !CESGroups.supported.contains($0) }) {
            throw RenderError(.unsupportedGroup, "a CES file has no place for the data group \(unknown.name)")
        }
    }

    /// Refuses a pupil whose change and groups do not fit each other.
    func checkConsistency() throws {
        let named = groups.map(\.group) + clearedGroups
        if !change.carriesData, !named.isEmpty || identity != nil || !contactDetails.isEmpty {
            throw RenderError(.contradiction, "a notice of \(change.rawValue) for \(recipientID) carries data")
        }
        if Set(named).count != named.count {
            throw RenderError(.contradiction, "a data group stands twice for \(recipientID)")
        }
        if let empty = groups.first(where: \.rows.isEmpty) {
            throw RenderError(.contradiction, "\(empty.group.name) of \(recipientID) is empty: name it as cleared")
        }
    }
}
