/// A way on which something of people comes out of a store.
///
/// Each has a row in `SafeguardingTable`; a command without a path is one that tells nothing of people.
public enum OutputPath: String, Sendable, Hashable, CaseIterable {
    /// A Common Transfer File and its manifest.
    case ces
    /// A OneRoster package and its manifest.
    case oneRoster
    /// A past file, made again.
    case rerun
    /// What a recipient should hold by now.
    case expectedCopy
    /// What a run would send: counts and field names.
    case preview
    /// One pupil, as held.
    case pupilShow
    /// Pupils by name.
    case pupilFind
    /// What happened to one person's data.
    case history
    /// What parents permit.
    case permissions
    /// What changed, closed.
    case changes
    /// What changed, opened.
    case changesOpen
    /// Events, closed.
    case replay
    /// Events, opened.
    case replayOpen
    /// Data issues.
    case issues
    /// What went to whom: groups and pseudonyms.
    case disclosures
    /// One person's history with proofs, for somebody who checks.
    case bundle
    /// The same for the person, or whoever asks in their name.
    case subjectBundle
    /// Who was in a file, by name.
    case runPeople
    /// Who has looked at whose data, by name, and why.
    case readers
    /// Differences of a rebuild, by person.
    case rebuildReview
    /// What tasks are for.
    case tasks
}
