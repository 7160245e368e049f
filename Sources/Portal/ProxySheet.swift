/// Who stands in for the head of a school, and who could.
public struct ProxySheet: Sendable {
    /// The name of who looks.
    public var who: String
    /// The school.
    public var school: SchoolName
    /// The names of those who do.
    public var proxies: [String]
    /// The names of those who could: people with a role at the school.
    public var candidates: [String]

    /// Makes a sheet.
    public init(who: String, school: SchoolName, proxies: [String], candidates: [String]) {
        (self.who, self.school, self.proxies, self.candidates) = (who, school, proxies, candidates)
    }
}

/// What a head decides about who stands in.
public enum ProxyDecision: Sendable {
    /// Somebody does from now on.
    case appoint(String)
    /// Somebody does no longer.
    case remove(String)
}
