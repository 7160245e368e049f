import EventLog
import Identifiers
import School

/// Who of a source has been erased, as far as the store may still know: codes, and no keys (ruling 13).
public struct Suppression: Sendable {
    /// The source.
    public var source: SourceID
    /// The codes of erased records, each with the base under whose key it was made.
    public var codes: [[UInt8]: BaseID]
    /// Data groups of people who stay, by their keys in the source.
    public var fenced: [String: Set<DataGroup>]
    /// Codes something under a base's key; nil when that key is gone, and nothing can be asked any more.
    public var code: @Sendable ([UInt8], BaseID) throws -> [UInt8]?
    /// Whether something of this key is known all the same: told again for a pupil who came later.
    public var isKnown: @Sendable (EntityKind, String) throws -> Bool

    /// Puts together what a store knows.
    public init(
        source: SourceID,
        codes: [[UInt8]: BaseID],
        fenced: [String: Set<DataGroup>],
        code: @escaping @Sendable ([UInt8], BaseID) throws -> [UInt8]?,
        isKnown: @escaping @Sendable (EntityKind, String) throws -> Bool
    ) {
        self.source = source
        self.codes = codes
        self.fenced = fenced
        self.code = code
        self.isKnown = isKnown
    }

    /// True when a key of the source is that of an erased record.
    func isErased(_ kind: EntityKind, _ key: String) throws -> Bool {
        guard !codes.isEmpty else { return false }
        let told = SuppressionCode.input(source, kind, key)
        for base in Set(codes.values) {
            guard let code = try code(told, base), codes[code] == base else { continue }
            return try !isKnown(kind, key)
        }
        return false
    }
}
