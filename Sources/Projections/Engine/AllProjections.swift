/// Every projection that syncd keeps, in the order in which an event reaches them.
public enum AllProjections {
    /// The projections.
    public static let list: [any Projection] = [
        Entities(), SubjectHistory(), Bases(), Sources(), ImportRuns(), Acceptances(), Recipients(), Tasks(),
        TaskLog(), RecipientKeys(), HashCache(), ToldPositions(), ContactLinks(),
        EstablishmentLinks(), Establishments(), PupilTraces(), DataIssues(), Accounts(), Agents(), PupilConsents(),
        Erasures(), TaskQueue(), TaskSettings(), Backups(), Retention(), ReadingGrants(),
        SourceDeletions(), ErasureNotices(), Matches(), Figures(),
    ]
}
