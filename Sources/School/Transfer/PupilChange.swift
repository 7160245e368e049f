/// What a recipient is told of a pupil (rulings 4, 11, 21, 22).
///
/// The raw value stands in `SentPupil` for ever; the name is the one in manifests.
public enum PupilChange: UInt8, Sendable, Hashable, CaseIterable {
    /// Sent for the first time.
    case new = 1
    /// Some group differs from what was sent.
    case changed = 2
    /// The UPN differs from what was sent; the recipient's id is the same.
    case keyChanged = 3
    /// Has left the school, or moved to another base: sent once more.
    case left = 4
    /// No longer in the school's export, and nobody said why.
    case absent = 5
    /// No longer among the pupils that the task reaches.
    case outOfReach = 6
    /// The school no longer shares; it asks for no deletion.
    case sharingEnded = 7
    /// The school's MIS has deleted the record.
    case deletedAtSource = 8
    /// The data is erased, and the recipient is asked to do the same.
    case erased = 9

    /// The name in manifests.
    public var name: String { String(describing: self) }

    /// True when the recipient holds the pupil as one of the school's current ones.
    public var isCurrent: Bool { self == .new || self == .changed || self == .keyChanged }
}
