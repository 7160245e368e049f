import EventLog
import Identifiers
import School

/// A pupil's membership of a class, as state has it.
public struct HeldMembership: Sendable, Hashable {
    /// A thing of the school's, and what is held of it.
    public struct Thing: Sendable, Hashable {
        /// The thing.
        public var id: SubjectID
        /// What is held of it.
        public var content: GroupContent

        /// Makes a thing.
        public init(id: SubjectID, content: GroupContent) {
            self.id = id
            self.content = content
        }
    }

    /// The membership.
    public var id: SubjectID
    /// What is held of it.
    public var row: FieldRow
    /// True while both the membership and its class are in the school's exports.
    public var isPresent: Bool
    /// Where that changed last; the origin when it never did.
    public var changed: Position
    /// The class.
    public var schoolClass: Thing
    /// True when the class is no longer in the school's exports.
    public var isOfFormerClass: Bool
    /// The class's course; nil when nothing is held of one.
    public var course: Thing?
    /// The class's terms.
    public var terms: [Thing]
}
