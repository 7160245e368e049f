import EventLog
import Identifiers
import School

/// What schools hold, as plain values in memory: the judge of projections and of changes told from them.
///
/// It knows no positions, indexes or codes, and is told by a story what every event means.
public struct NaiveSchools: Sendable, Equatable {
    /// A pupil, a contact or a mark.
    public struct Thing: Sendable, Equatable {
        /// What it is.
        public var kind: EntityKind
        /// Its school.
        public var base: BaseID
        /// Why it is gone; nil while it is in the exports.
        public var gone: Gone?
        /// The rows of each group that was ever told; none for one that is empty now.
        public var groups: [DataGroup: [FieldRow]]
        /// The step at which it was said last where it stands at its school; nil when it never was, or before it came.
        public var statusSaid: Int?

        /// A pupil's UPN.
        public var upn: String? { groups[.basicDetails]?.first?[.upn] }
    }

    /// Why something is gone.
    public enum Gone: Sendable, Equatable {
        /// No longer exported.
        case absent
        /// Said to have left.
        case left
        /// Deleted in the MIS.
        case deletedAtSource
    }

    /// Everything that was ever told, by id.
    public var things: [SubjectID: Thing] = [:]

    /// Makes empty schools.
    public init() {}

    /// What is in the exports: of one school, or of all.
    public func present(at base: BaseID?) -> [SubjectID: Thing] {
        things.filter { $0.value.gone == nil && (base.map { [place = $0.value.base] in $0 == place } ?? true) }
    }
}
