/// Which data groups of an entity files have emptied.
///
/// A group is empty when the files declare to tell it, tell the entity itself, and say nothing of the group. What is
/// held back is no emptiness: the row is there, it only cannot be read.
public enum GroupCoverage {
    /// The groups that are empty now, in the order of their numbers.
    ///
    /// - Parameters:
    ///   - known: groups that have content.
    ///   - mentioned: groups of which the files say anything, whether it could be read or not.
    ///   - covered: groups that the files declare to tell in full.
    public static func emptied(
        known: some Collection<DataGroup>,
        mentioned: Set<DataGroup>,
        covered: Set<DataGroup>
    ) -> [DataGroup] {
        // A child's protection ends by a row that says so, never by silence: an empty file would lift everybody's.
        known.filter { covered.contains($0) && !mentioned.contains($0) && $0 != .protection }
            .sorted { $0.rawValue < $1.rawValue }
    }
}
