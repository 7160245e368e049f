import Identifiers

/// How long sessions and secrets hold.
public enum SessionRule {
    /// How long somebody may do nothing, in seconds.
    public static let idle: Int64 = 30 * 60
    /// How long a session holds at most, in seconds.
    public static let absolute: Int64 = 10 * 3600
    /// How long a session goes on before it is told again that it is in use, in seconds.
    public static let told: Int64 = 5 * 60
    /// How long an invitation holds, in seconds.
    public static let invitation: Int64 = 7 * 24 * 3600
    /// How long a machine's token holds, in days, unless told otherwise.
    public static let tokenDays = 365

    /// Whether a session still holds.
    public static func holds(used: Timestamp, ends: Timestamp, at now: Timestamp) -> Bool {
        now < ends && now < used.advanced(bySeconds: idle)
    }
}

extension Timestamp {
    /// So many seconds later.
    public func advanced(bySeconds seconds: Int64) -> Timestamp {
        Timestamp(microseconds: microseconds + seconds * 1_000_000)
    }
}
