import Identifiers

/// Finds out, in one set of files, whose record the MIS has merged with another's, and whose it has split.
///
/// No format says so. What tells is the UPN, which no two pupils share (rule 1520): a pupil whose record is gone and whose
/// number another one has now, as UPN or former UPN, goes on as that one; a new pupil who has the number that another has
/// just given up is the new half of that one's record. Where two pupils claim one number nothing is told. It is a word
/// about two records and moves no data from one to the other.
public struct IdentityTraces: Sendable {
    private var givenUp: [String: SubjectID?] = [:]
    private var lost: [String: SubjectID?] = [:]
    private var heirs: [SubjectID: SubjectID?] = [:]

    /// Nothing yet.
    public init() {}

    /// True when nobody has given a number up or is lost: then nothing follows from what is told.
    public var isEmpty: Bool { givenUp.isEmpty && lost.isEmpty }

    /// A pupil who stays has another number than before.
    public mutating func gaveUp(_ number: String, _ pupil: SubjectID) { Self.enter(pupil, for: number, in: &givenUp) }

    /// A pupil's record is no longer there.
    public mutating func isLost(_ pupil: SubjectID, number: String) { Self.enter(pupil, for: number, in: &lost) }

    /// A pupil is told.
    ///
    /// - Returns: of whose record a new pupil is the new half; nil for nobody's.
    public mutating func told(_ pupil: SubjectID, isNew: Bool, upn: String?, formerUPN: String?) -> SubjectID? {
        for number in [upn, formerUPN].compactMap(\.self) {
            guard case let gone?? = lost[number], gone != pupil else { continue }
            Self.enter(pupil, for: gone, in: &heirs)
        }
        guard isNew, let upn, case let origin?? = givenUp[upn], origin != pupil else { return nil }
        return origin
    }

    /// As whom a lost pupil goes on; nil for nobody, or when several claim it.
    public func heir(of pupil: SubjectID) -> SubjectID? { heirs[pupil] ?? nil }

    /// Two claims on one thing cancel each other.
    private static func enter<Key>(_ pupil: SubjectID, for key: Key, in table: inout [Key: SubjectID?]) {
        if case let before?? = table[key], before == pupil { return }
        table[key] = table[key] == nil ? .some(.some(pupil)) : .some(.none)
    }
}
