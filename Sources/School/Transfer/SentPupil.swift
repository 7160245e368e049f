import Identifiers

/// A pupil as a recipient knows one: random for each pupil and recipient.
public enum RecipientPupil {}

/// Names a pupil to one recipient and to nobody else.
public typealias RecipientKey = Identifier<RecipientPupil>

/// What stands of a pupil in a run's record: which groups went, and the code of each.
public struct SentPupil: Sendable, Hashable {
    /// A group that went, and the HMAC of its content under the pupil's data key; nil for one that was cleared.
    public struct Group: Sendable, Hashable {
        /// The group.
        public var group: DataGroup
        /// 32 bytes.
        public var code: [UInt8]?

        /// Makes an entry.
        public init(_ group: DataGroup, code: [UInt8]?) {
            self.group = group
            self.code = code
        }
    }

    /// The pupil.
    public var pupil: SubjectID
    /// The pupil's name to the recipient.
    public var key: RecipientKey
    /// What was told.
    public var change: PupilChange
    /// The groups, in the order of their numbers.
    public var groups: [Group]

    /// Makes a record.
    public init(pupil: SubjectID, key: RecipientKey, change: PupilChange, groups: [Group]) {
        self.pupil = pupil
        self.key = key
        self.change = change
        self.groups = groups
    }
}
