/// A row of a public list that bases are looked up in: reference data, about schools and never about people.
public protocol ReferenceRow: Sendable, Equatable {
    /// Tells the row from all others of its list.
    var key: String { get }
    /// Everything that the row says, in an order that stays: what digests of a list are taken of.
    var texts: [String] { get }
    /// The row with what the file had no column for taken from what is known.
    ///
    /// - Parameter missing: names of the columns that the file lacks.
    func filled(from known: Self, missing: Set<String>) -> Self
}

/// What a file of a public list says.
public struct ReferenceExtract<Row: ReferenceRow>: Sendable {
    /// The rows that can be taken in, each key once.
    public private(set) var rows: [String: Row] = [:]
    /// What is wrong with others.
    public private(set) var issues: [RowIssue] = []
    /// Rows in the file, parked ones too.
    public var lines = 0
    /// Keys of parked rows: what is known of them stays.
    public private(set) var parked: Set<String> = []
    /// How many rows were parked.
    public private(set) var parkedCount = 0
    /// True when a row could not be read so far as to tell its key: it may be any of those that seem to be missing.
    public private(set) var hasUnreadRows = false
    /// Names of columns that the format has and the file has not.
    public var missingColumns: Set<String> = []
    /// The file's name.
    public let file: String

    private var firstLines: [String: Int] = [:]

    /// Nothing yet.
    public init(file: String) { self.file = file }

    /// The line on which a key stands first; nil for one that is not in the file.
    public func line(of key: String) -> Int? { firstLines[key] }

    /// Takes in what is wrong with a row, or with a value of it.
    public mutating func note(_ issue: RowIssue) {
        issues.append(issue)
        guard issue.effect == .parked else { return }
        parkedCount += 1
        if let key = issue.key { parked.insert(key) } else { hasUnreadRows = true }
    }

    /// Takes in a row.
    ///
    /// The same row again is told and counts once; of differing rows with one key none is taken in (rulings 36).
    public mutating func add(_ row: Row, line: Int) {
        let key = row.key
        if let first = firstLines[key] {
            if rows[key] == row {
                note(
                    at: line,
                    key,
                    .noted,
                    "says the same as line \(first): the first row was taken, this one left out"
                )
            } else {
                if rows[key] != nil { note(at: first, key, .parked, Self.twofold) }
                note(at: line, key, .parked, Self.twofold)
                rows[key] = nil
            }
            return
        }
        firstLines[key] = line
        rows[key] = row
    }

    private mutating func note(at line: Int, _ key: String, _ effect: RowIssue.Effect, _ reason: String) {
        note(RowIssue(file: file, line: line, field: "", reason: reason, effect: effect, key: key))
    }

    private static var twofold: String {
        "has the same key as another row but says something else: correct the file so that one is left"
    }
}
