/// How pupils of two sources were found to be one (ruling 6).
public enum MatchGround: UInt8, Sendable, Hashable, CaseIterable {
    /// By the sender's own id, which had been matched before.
    case recipientID = 0
    /// By UPN and three of birth date, family name, given name and sex.
    case upnAndThree = 1
    /// By birth date, family name, given name and sex.
    case allFour = 2
    /// By a person.
    case person = 3

    /// In words.
    public var words: String {
        switch self {
        case .recipientID: "the sender's id"
        case .upnAndThree: "UPN and three of birth date, names and sex"
        case .allFour: "birth date, both names and sex"
        case .person: "somebody's decision"
        }
    }
}

extension PupilIdentity {
    /// By what a pupil of another source was found to be this one.
    public func ground(with other: PupilIdentity) -> MatchGround {
        upn != nil && upn == other.upn && agrees(with: other) ? .upnAndThree : .allFour
    }
}
