import Foundation

/// Any JSON, in a form that two stores' events can be compared by.
indirect enum JSONValue: Decodable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// The value without what differs between two runs that did the same: random ids, and the members named.
    func canonical(without members: Set<String>) -> String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let value): Self.isIdentifier(value) ? "id" : "\"\(value)\""
        case .list(let values): "[" + values.map { $0.canonical(without: members) }.joined(separator: ",") + "]"
        case .object(let values):
            "{"
                + values.filter { !members.contains($0.key) }.sorted { $0.key < $1.key }
                .map { "\($0.key):\($0.value.canonical(without: members))" }.joined(separator: ",") + "}"
        }
    }

    /// Ids are hexadecimal, 16 bytes each, one or several joined.
    private static func isIdentifier(_ text: String) -> Bool {
        text.utf8.count >= 32 && text.utf8.count % 32 == 0 && text.allSatisfy { $0.isHexDigit }
    }
}
