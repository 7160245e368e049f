/// Recognises a file of another school that was given to a source already known.
///
/// A file is taken for a mix-up when more than half of its pupils are strangers to the source. A full export must also
/// lack more than half of the pupils that the source has: a school that grows keeps its pupils, another school's file
/// has none of them. A source without a pupil is new, and takes all.
public struct MixUp: Sendable, Equatable {
    /// Pupils in the file.
    public var inFile = 0
    /// Those of them that the source has never told of.
    public var strangers = 0
    /// Pupils whom the source has, at any base.
    public var present = 0
    /// Those of them who are at a base that the file covers.
    public var presentInside = 0
    /// Those of the latter whom a full export does not have.
    public var missingInside = 0

    /// Nobody counted yet.
    public init() {}

    /// Tells whether the pupils of a file look like another school's.
    ///
    /// - Parameter isFull: true for a full export; a delta cannot show who is missing.
    public func isLikely(isFull: Bool) -> Bool {
        guard present > 0, strangers * 2 > inFile else { return false }
        guard isFull else { return strangers > 10 }
        // A file that covers none of the source's schools lacks all of its pupils.
        return presentInside == 0 || missingInside * 2 > presentInside
    }
}
