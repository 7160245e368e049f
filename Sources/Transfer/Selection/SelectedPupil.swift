import Identifiers
import School

/// A pupil as a file tells it, and what the log remembers of that.
public struct SelectedPupil: Sendable, Hashable {
    /// The pupil.
    public var pupil: SubjectID
    /// What is told.
    public var change: PupilChange
    /// What a receiver matches by; nil for a notice, and when the report does not grant basic details.
    public var identity: FieldRow?
    /// The groups that replace what the recipient has, with nothing in them that is not granted.
    public var groups: [GroupContent] = []
    /// The groups that are empty now.
    public var cleared: [DataGroup] = []
    /// Granted groups that are empty because the school's MIS deleted them, told as cleared before or now (S1-26).
    public var deletedAtSource: [DataGroup] = []
    /// Granted details of the contacts that the group contacts links to, by their key in the source.
    public var contactDetails: [String: GroupContent] = [:]
    /// The contacts themselves, by the same keys.
    public var contacts: [String: SubjectID] = [:]
    /// The classes that the group classMembership is about, by their ids as its rows name them.
    public var classes: [String: GrantedClass] = [:]
    /// Contacts whom the recipient may have under this pupil, who links to them no more.
    public var formerLinks: [SubjectID] = []
    /// Those of them to whom nobody at the school links any more.
    public var formerContacts: [SubjectID] = []
    /// Memberships that the recipient may have and that are no more.
    public var formerMemberships: [FormerMembership] = []
    /// The UPN that the recipient has, when it is another one now.
    public var previousUPN: String?
    /// What the record became in the MIS, or came from, if that is told.
    public var trace: PupilTrace?
    /// For each group that goes: the code of its content.
    public var codes: [DataGroup: [UInt8]] = [:]

    /// Adds a group that is told.
    mutating func add(_ granted: GrantedContent, code: [UInt8]) {
        groups.append(granted.content)
        codes[granted.content.group] = code
        add(granted)
    }

    /// Adds what a told group leads to.
    mutating func add(_ granted: GrantedContent) {
        contactDetails.merge(granted.contactDetails) { first, _ in first }
        contacts.merge(granted.contacts) { first, _ in first }
        classes.merge(granted.classes) { first, _ in first }
    }

    /// Makes a pupil of whom nothing but the change is told.
    public init(_ pupil: SubjectID, _ change: PupilChange, identity: FieldRow? = nil) {
        self.pupil = pupil
        self.change = change
        self.identity = identity
    }

    /// What the log remembers.
    ///
    /// - Parameter key: the pupil's name to the recipient.
    public func sent(as key: RecipientKey) -> SentPupil {
        let told = groups.map { SentPupil.Group($0.group, code: codes[$0.group]) }
        let emptied = cleared.map { SentPupil.Group($0, code: nil) }
        return SentPupil(
            pupil: pupil,
            key: key,
            change: change,
            groups: (told + emptied).sorted { $0.group.rawValue < $1.group.rawValue }
        )
    }
}

/// What a run is going to tell.
public struct Selection: Sendable, Hashable {
    /// The pupils, ordered by id; a snapshot has everyone in reach.
    public var pupils: [SelectedPupil] = []
    /// What was done with what was looked at.
    public var counts = TransferCounts()
    /// True when there is something that the recipient does not know yet.
    public var hasNews = false
    /// True when every granted group of everyone in reach is told.
    public var isFull = false

    /// Nothing yet.
    public init() {}
}
