/// What a server tells those who watch over it: counts and states, nothing of anybody.
public protocol ServerWatch: Sendable {
    /// What keeps it from its work, a sentence each; none when it is ready.
    func hindrances() -> [String]
    /// What is counted.
    func measures() throws -> [Measure]
}

/// One thing that is counted, as Prometheus takes it.
public struct Measure: Sendable {
    /// Whether it only grows while the server runs.
    public enum Kind: String, Sendable {
        /// Goes up and down.
        case gauge
        /// Only grows.
        case counter
    }

    /// A number, perhaps of one sort among several.
    public struct Sample: Sendable {
        /// Name and value of what tells it from its neighbours, such as a status; empty for the only one.
        public var label: (name: String, value: String)?
        /// The number.
        public var value: Double

        /// Makes a sample.
        public init(_ value: Double, _ label: (name: String, value: String)? = nil) {
            (self.value, self.label) = (value, label)
        }
    }

    /// Its name: `syncd_` and the unit at the end.
    public var name: String
    /// What it is, in a sentence.
    public var help: String
    /// Which kind.
    public var kind: Kind
    /// The numbers.
    public var samples: [Sample]

    /// Makes a measure of one number.
    public init(_ name: String, _ help: String, _ value: Double, kind: Kind = .gauge) {
        self.init(name, help, [Sample(value)], kind: kind)
    }

    /// Makes a measure of several.
    public init(_ name: String, _ help: String, _ samples: [Sample], kind: Kind = .gauge) {
        (self.name, self.help, self.kind, self.samples) = (name, help, kind, samples)
    }
}
