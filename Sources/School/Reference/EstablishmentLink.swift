/// One line of the public list of links between schools: what one is to another.
public struct EstablishmentLink: ReferenceRow, Hashable {
    /// The school that the line is about.
    public var urn: String
    /// The other one.
    public var linkURN: String
    /// What the other one is to it, in the register's words.
    public var type: String
    /// The other one's name.
    public var name: String
    /// Since when, `yyyy-MM-dd`; empty when the register does not say.
    public var established: String

    /// Makes a link.
    public init(urn: String, linkURN: String, type: String, name: String = "", established: String = "") {
        self.urn = urn
        self.linkURN = linkURN
        self.type = type
        self.name = name
        self.established = established
    }

    /// Both numbers and the type: two schools may be linked in several ways.
    public var key: String { "\(urn)\u{1F}\(linkURN)\u{1F}\(type)" }

    /// Its columns, in the order of the public list.
    public var texts: [String] { [urn, linkURN, name, type, established] }

    /// A key's parts; nil for what is no key of a link.
    public init?(key: String) {
        let parts = key.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3 else { return nil }
        self.init(urn: parts[0], linkURN: parts[1], type: parts[2])
    }

    /// Itself: the list always has all its columns.
    public func filled(from known: Self, missing: Set<String>) -> Self { self }
}
