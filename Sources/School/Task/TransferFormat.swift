/// What a task's files are.
///
/// The raw value stands in `TaskCreated` for ever.
public enum TransferFormat: String, Sendable, Hashable, CaseIterable {
    /// A Common Transfer File with a manifest beside it (`schemas/exchange/ces.md`).
    case ces
    /// A OneRoster CSV 1.2 package with a manifest beside it (`schemas/exchange/oneroster.md`, section 5).
    case oneroster

    /// Reads the word of an event; nil for one of a newer version.
    ///
    /// An empty one is of a time when there was one format.
    public init?(recorded word: String) {
        if word.isEmpty { self = .ces } else { self.init(rawValue: word) }
    }

    /// True when a file tells a pupil whole or not at all: a record is one row, which no part of it can replace.
    public var tellsWholePupils: Bool { self == .oneroster }

    /// Refuses a report that files of this format cannot carry.
    ///
    /// - Throws: `SchoolError` with code `formatUnfit`.
    func require(_ report: Report) throws(SchoolError) {
        switch self {
        case .ces:
            guard !report.groups.contains(.classMembership) else {
                throw SchoolError(
                    .formatUnfit,
                    "a CES file has no place for classes, which \(report.name) lets out: use the format oneroster"
                )
            }
        case .oneroster:
            guard report.fields(of: .basicDetails).isSuperset(of: [.surname, .forename]) else {
                throw SchoolError(
                    .formatUnfit,
                    "a OneRoster file names everybody, and \(report.name) lets out no names: use the format ces"
                )
            }
        }
    }
}

extension SchoolError.Code {
    /// Files of the task's format cannot carry what its report lets out.
    public static let formatUnfit = Self(rawValue: "formatUnfit")
}
