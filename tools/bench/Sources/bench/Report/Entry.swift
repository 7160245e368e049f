import Foundation

/// One row of `bench.json`.
struct Entry: Encodable {
    private enum Key: String, CodingKey {
        case name, unit, value, limit, peer, ratioToLimit, ratioToPeer
    }

    /// What the row came to.
    let outcome: Outcome

    /// Writes the row; what there is none of is null, never left out.
    func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: Key.self)
        try row.encode(outcome.row.rawValue, forKey: .name)
        try row.encode(outcome.row.unit, forKey: .unit)
        try row.encode(outcome.value?.median, forKey: .value)
        try row.encode(outcome.limit?.median, forKey: .limit)
        try row.encode(outcome.peer?.median, forKey: .peer)
        try row.encode(outcome.ratioToLimit?.median, forKey: .ratioToLimit)
        try row.encode(outcome.ratioToPeer?.median, forKey: .ratioToPeer)
    }

    /// All rows as the file's bytes.
    static func json(of outcomes: [Outcome]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(outcomes.map(Entry.init(outcome:))) + Data("\n".utf8)
    }
}
