/// The name of a package that goes out: `8201079_OneRoster_820LLLL_005.zip`, built like that of a CES file, and counted
/// with them.
public struct OneRosterFileName: Hashable, Sendable, CustomStringConvertible {
    /// Who sends.
    public let source: CESParty
    /// Who receives.
    public let destination: CESParty
    /// 1 to 999.
    public let sequence: Int

    /// Makes a name; nil when the sequence is outside 1 to 999.
    public init?(source: CESParty, destination: CESParty, sequence: Int) {
        guard (1...999).contains(sequence) else { return nil }
        self.source = source
        self.destination = destination
        self.sequence = sequence
    }

    /// The name with its ending.
    public var description: String {
        let digits = String(sequence)
        let number = String(repeating: "0", count: 3 - digits.count) + digits
        return "\(source)_OneRoster_\(destination)_\(number).zip"
    }
}
