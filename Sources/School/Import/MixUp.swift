/// Recognises a file of another school that was given to a source already known.
///
/// A file is taken for a mix-up when more than half of its pupils are strangers to the source. A full export must also
/// lack more than half of the pupils that the source has: a school that grows keeps its pupils, another school's file
/// has none of them.
public enum MixUp {
    /// Tells whether the pupils of a file look like another school's.
    ///
    /// - Parameters:
    ///   - inFile: pupils in the file.
    ///   - strangers: those of them that the source has never told of.
    ///   - present: pupils that the source has, inside what the file covers.
    ///   - missing: those of them that a full export does not have; nil for a delta.
    public static func isLikely(inFile: Int, strangers: Int, present: Int, missing: Int?) -> Bool {
        guard present > 0, strangers * 2 > inFile else { return false }
        guard let missing else { return strangers > 10 }
        return missing * 2 > present
    }
}
