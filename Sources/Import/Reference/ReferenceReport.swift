import EventLog
import Identifiers
import School

/// What the import of a public list did, or would do.
public struct ReferenceReport: Sendable {
    /// The run's identity.
    public let run: RunID
    /// Which list.
    public let list: ReferenceList
    /// The file's name.
    public let file: String
    /// Rows in the file.
    public let lines: Int
    /// Rows that were not there before.
    public let new: Int
    /// Rows that say something else.
    public let changed: Int
    /// Rows that say the same.
    public let unchanged: Int
    /// Rows that are no longer there.
    public let gone: Int
    /// Rows that are no longer there, but held for a person to allow.
    public let held: Int
    /// Rows and values that were not taken in, and other things to look at.
    public let issues: [RowIssue]
    /// Rows that were held back.
    public let parked: Int
    /// True when nothing was appended because nobody wanted it to be.
    public let isDryRun: Bool
    /// Events of data that were appended; 0 when nothing had changed.
    public internal(set) var appended = 0
    /// The position of the run's last event; nil for a dry run.
    public internal(set) var position: Position?

    init<Row>(
        run: RunID,
        list: ReferenceList,
        _ request: ReferenceImport.Request,
        _ extract: ReferenceExtract<Row>,
        _ difference: ReferenceDifference<Row>
    ) {
        self.run = run
        self.list = list
        file = extract.file
        lines = extract.lines
        new = difference.new
        changed = difference.changed
        unchanged = difference.unchanged
        gone = difference.gone.count
        held = difference.held
        issues = extract.issues
        parked = extract.parkedCount
        isDryRun = request.isDryRun
    }
}
