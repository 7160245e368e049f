import School

/// The data issues of a set of files, in the order in which they were met, up to a number that memory and an event hold.
struct DataIssueList {
    /// More than this is no list that anybody mends row by row: the export as a whole is wrong.
    static let most = 50_000

    private(set) var issues: [RowIssue] = []
    /// How many were met and not kept.
    private(set) var omitted = 0

    mutating func add(_ issue: RowIssue) {
        if issues.count < Self.most { issues.append(issue) } else { omitted += 1 }
    }
}
