/// A closed list of codes of one meaning.
///
/// The same letter means different things in SEN, attendance and enrolment, so a code is never compared without its set
/// (domain.md 6).
public struct CodeSet: Sendable, Hashable {
    /// The set's name in messages.
    public let name: String
    /// The codes in the order of the published list, with their meanings.
    public let entries: [Entry]
    private let meanings: [String: String]

    /// A code and what it stands for.
    public struct Entry: Sendable, Hashable {
        /// The code, upper case.
        public let code: String
        /// Its meaning in words; the code itself where the list gives none.
        public let meaning: String
    }

    init(_ name: String, _ entries: KeyValuePairs<String, String>) {
        self.name = name
        self.entries = entries.map { Entry(code: $0.key, meaning: $0.value) }
        meanings = Dictionary(self.entries.map { ($0.code, $0.meaning) }) { first, _ in first }
    }

    /// Makes a set of codes that speak for themselves, separated by spaces.
    public init(_ name: String, codes: String) {
        self.name = name
        entries = codes.split(separator: " ").map { Entry(code: String($0), meaning: String($0)) }
        meanings = Dictionary(entries.map { ($0.code, $0.meaning) }) { first, _ in first }
    }

    /// True when the list has this code, spelt exactly so.
    public func contains(_ code: some StringProtocol) -> Bool { meanings[String(code)] != nil }

    /// What a code means; nil when the list lacks it.
    public func meaning(of code: String) -> String? { meanings[code] }

    /// Checks a code.
    ///
    /// - Throws: `SchoolError` with code `codeUnknown`; the message lists what is allowed, shortened for long lists.
    public func check(_ code: some StringProtocol) throws(SchoolError) {
        guard !contains(code) else { return }
        let listed = entries.prefix(24).map(\.code).joined(separator: ", ")
        let rest = entries.count > 24 ? " …" : ""
        throw SchoolError(.codeUnknown, "is no code of the list \"\(name)\": \(listed)\(rest)")
    }
}

extension SchoolError.Code {
    /// Not in the list that the field is of.
    public static let codeUnknown = Self(rawValue: "codeUnknown")
}
