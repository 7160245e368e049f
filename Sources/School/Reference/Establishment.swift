/// One line of the public list of schools.
public struct Establishment: ReferenceRow, Hashable {
    /// The unique reference number, six digits.
    public var urn: String
    /// The local authority's code, three digits.
    public var authority = ""
    /// The establishment's number inside the authority, four digits.
    public var number = ""
    /// The name.
    public var name = ""
    /// Code and name of the type, such as `34` "Academy converter".
    public var typeCode = ""
    /// The type's name.
    public var typeName = ""
    /// Code of the status: 1 open, 2 closed, 3 open, but proposed to close, 4 proposed to open.
    public var statusCode = ""
    /// The status's name.
    public var statusName = ""
    /// When it opened, `yyyy-MM-dd`.
    public var opened = ""
    /// When it closed.
    public var closed = ""
    /// Number of the trust that it belongs to.
    public var trustCode = ""
    /// The trust's name.
    public var trustName = ""

    /// Makes a line with nothing but its number.
    public init(urn: String) { self.urn = urn }

    /// The number.
    public var key: String { urn }

    /// The number, and the columns in their order.
    public var texts: [String] { [urn] + Self.columns.map { self[keyPath: $0.path] } }

    /// The DfE number, seven digits; empty when the school has none.
    public var laestab: String { authority.count == 3 && number.count == 4 ? authority + number : "" }

    /// True for open, and open but proposed to close.
    ///
    /// A list may tell the status by its name alone.
    public var isOpen: Bool {
        statusCode.isEmpty ? statusName.lowercased().hasPrefix("open") : statusCode == "1" || statusCode == "3"
    }

    /// A text of the line, and the column that tells it in the public list.
    public struct Column: Sendable {
        /// The column's name.
        public let name: String
        /// Where it goes.
        public let path: any WritableKeyPath<Establishment, String> & Sendable

        init(_ name: String, _ path: any WritableKeyPath<Establishment, String> & Sendable) {
            self.name = name
            self.path = path
        }
    }

    /// The columns beside the number.
    public static let columns = [
        Column("LA (code)", \.authority), Column("EstablishmentNumber", \.number),
        Column("EstablishmentName", \.name), Column("TypeOfEstablishment (code)", \.typeCode),
        Column("TypeOfEstablishment (name)", \.typeName), Column("EstablishmentStatus (code)", \.statusCode),
        Column("EstablishmentStatus (name)", \.statusName), Column("OpenDate", \.opened),
        Column("CloseDate", \.closed), Column("Trusts (code)", \.trustCode), Column("Trusts (name)", \.trustName),
    ]

    /// The line with what the file had no column for as it was known.
    public func filled(from known: Self, missing: Set<String>) -> Self {
        var filled = self
        for column in Self.columns where missing.contains(column.name) {
            filled[keyPath: column.path] = known[keyPath: column.path]
        }
        return filled
    }
}
