import EventLog
import Identifiers
import Sealing

/// A public list that a store can hold.
public enum ReferenceList: String, Sendable, CaseIterable {
    /// What schools are to each other: who follows whom.
    case links = "gias-links"
    /// The schools.
    case establishments = "gias-establishments"

    /// The number that stands for its rows in the counts of import runs, beyond those of `EntityKind`; never reused.
    public var kindNumber: UInt8 {
        switch self {
        case .links: 100
        case .establishments: 101
        }
    }

    /// What a row is called in JSON and in tables.
    public var kindName: String {
        switch self {
        case .links: "establishmentLink"
        case .establishments: "establishment"
        }
    }

    /// The list of a number in the counts of an import run; nil for a kind of entity.
    public init?(kindNumber: UInt8) {
        guard let list = Self.allCases.first(where: { $0.kindNumber == kindNumber }) else { return nil }
        self = list
    }

    /// The stream of the list's changes.
    public var stream: StreamID {
        var hash = SHA256()
        let bytes = Array("syncd reference list 1".utf8) + [0] + Array(rawValue.utf8)
        return hash.digest(of: bytes).withUnsafeBytes { StreamID(reading: $0) }
    }
}
