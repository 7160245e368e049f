import Foundation

/// Any JSON, in a form that two stores' events can be compared by.
///
/// By Foundation's serialisation, since each of hundreds of disturbances compares thousands of values.
struct JSONValue {
    private let value: Any

    /// Reads one object.
    ///
    /// - Throws: what the parser throws of text that is no JSON.
    init(parsing text: Data) throws {
        value = try JSONSerialization.jsonObject(with: text)
    }

    private init(_ value: Any) { self.value = value }

    /// A member of an object.
    subscript(name: String) -> JSONValue? { (value as? [String: Any])?[name].map { JSONValue($0) } }

    /// The number that it is.
    var number: UInt64? { (value as? NSNumber)?.uint64Value }

    /// The text that it is.
    var text: String? { value as? String }

    /// The value without what differs between two runs that did the same: random ids, and the members named.
    func canonical(without members: Set<String>) -> String {
        switch value {
        case let text as String: Self.isIdentifier(text) ? "id" : "\"\(text)\""
        case let values as [Any]:
            "[" + values.map { JSONValue($0).canonical(without: members) }.joined(separator: ",") + "]"
        case let values as [String: Any]:
            "{"
                + values.filter { !members.contains($0.key) }.sorted { $0.key < $1.key }
                .map { "\($0.key):\(JSONValue($0.value).canonical(without: members))" }.joined(separator: ",") + "}"
        default: "\(value)"
        }
    }

    /// Ids are hexadecimal, 16 bytes each, one or several joined.
    private static func isIdentifier(_ text: String) -> Bool {
        text.utf8.count >= 32 && text.utf8.count % 32 == 0
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
