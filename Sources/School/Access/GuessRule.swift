import Identifiers

/// How guesses are slowed: by name and place of origin, by name alone, and by origin alone.
///
/// The first few are free; each one after them doubles a wait. What is tried during the wait is not looked at, and
/// does not lengthen it. Nobody is locked out: whoever comes from elsewhere waits ten seconds at most, and a name that
/// nobody has is slowed like one that somebody has.
public enum GuessRule: UInt8, CaseIterable, Sendable, Hashable {
    /// One name, from one origin.
    case nameAndOrigin = 1
    /// One name, from wherever.
    case name = 2
    /// One origin, whatever the name.
    case origin = 3

    /// How many failures cost nothing.
    public var free: UInt32 {
        switch self {
        case .nameAndOrigin: 5
        case .name: 30
        case .origin: 20
        }
    }

    /// The longest wait, in seconds.
    public var longest: Int64 { self == .name ? 10 : 60 }

    /// How long failures are remembered, in seconds.
    private static let memory: Int64 = 24 * 3600

    /// How long the next attempt has to wait, in whole seconds; 0 for not at all.
    public func wait(after failures: UInt32, last: Timestamp, at now: Timestamp) -> Int64 {
        let passed = max(0, now.microseconds - last.microseconds) / 1_000_000
        guard failures >= free, passed < Self.memory else { return 0 }
        let wait = min(longest, Int64(1) << Int64(min(failures - free, 16)))
        return max(0, wait - passed)
    }

    /// The key under which failures are counted.
    public func key(_ name: String, from origin: String) -> [UInt8] {
        let parts = [self == .origin ? "" : name, self == .name ? "" : origin]
        return [rawValue] + parts.flatMap { Array($0.utf8.prefix(200)) + [0] }
    }

    /// Whether a key counts failures of a name: those go with a success, the origin's stay.
    public static func names(_ name: String, _ key: [UInt8]) -> Bool {
        let text = Array(name.utf8.prefix(200)) + [0]
        return key.first != GuessRule.origin.rawValue && key.dropFirst().starts(with: text)
    }
}
