/// A report: named data groups and fields that a head can let out as one, with what a head must know to decide.
///
/// A version never changes once it has been offered. A report that grows gets a new version; the old one stays accepted
/// for its own fields (rulings 9).
public struct Report: Sendable, Hashable {
    /// The receiver's role under data protection law (rulings 7).
    public enum RecipientRole: String, Sendable, Hashable, CaseIterable {
        /// Acts for the school, on its instructions.
        case processor
        /// Decides by itself what the data is used for.
        case controller
        /// Decides together with the school.
        case joint
    }

    /// One data group and the fields of it that the report lets out.
    public struct Grant: Sendable, Hashable {
        /// The group.
        public var group: DataGroup
        /// Its fields; any other field of the group stays.
        public var fields: Set<Field>

        /// Makes a grant.
        public init(_ group: DataGroup, _ fields: Set<Field>) {
            self.group = group
            self.fields = fields
        }
    }

    /// Its name, as `consent accept` takes it.
    public var name: String
    /// From 1.
    public var version: Int
    /// What it lets out.
    ///
    /// A grant of contactDetails speaks of the persons whom the group contacts links to: they travel inside that group,
    /// under the name of the pupil, and are no group of their own. So do classes, their courses and terms inside the group
    /// classMembership.
    public var grants: [Grant]
    /// What the receiver needs the data for.
    public var purpose: String
    /// The lawful basis.
    public var lawfulBasis: String
    /// The receiver's role.
    public var role: RecipientRole
    /// The data sharing agreement and the impact assessment that cover it.
    public var agreements: String
    /// The duty that a school would fail by stopping a statutory report; nil for a discretionary one.
    public var statutoryDuty: String?
    /// How long the receiver keeps it.
    public var retention: String

    /// Makes a report.
    public init(
        name: String,
        version: Int,
        grants: [Grant],
        purpose: String,
        lawfulBasis: String,
        role: RecipientRole,
        agreements: String,
        statutoryDuty: String? = nil,
        retention: String
    ) {
        self.name = name
        self.version = version
        self.grants = grants
        self.purpose = purpose
        self.lawfulBasis = lawfulBasis
        self.role = role
        self.agreements = agreements
        self.statutoryDuty = statutoryDuty
        self.retention = retention
    }

    /// The data groups that are tracked, sent and cached, in the order of their numbers.
    public var groups: [DataGroup] {
        grants.map(\.group).filter { !Self.travelInside.contains($0) }.sorted { $0.rawValue < $1.rawValue }
    }

    private static let travelInside: Set<DataGroup> = [.contactDetails, .classDetails, .courseDetails, .termDetails]

    /// The fields of a group that may leave; empty for a group that is not granted.
    public func fields(of group: DataGroup) -> Set<Field> {
        grants.first { $0.group == group }?.fields ?? []
    }
}
