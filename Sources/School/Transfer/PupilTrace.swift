import Identifiers

/// What a pupil's record became in the MIS, or came from.
public enum PupilTrace: Sendable, Hashable {
    /// The MIS has merged two records, or given one another key: the pupil goes on as this one.
    case mergedInto(SubjectID)
    /// The MIS has split a record: the pupil is the new half of this one.
    case splitFrom(SubjectID)

    /// The other record.
    public var other: SubjectID {
        switch self {
        case .mergedInto(let other), .splitFrom(let other): other
        }
    }
}
