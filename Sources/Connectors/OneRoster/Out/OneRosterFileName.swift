/// The name of a package that goes out: `8201079_OneRoster_820LLLL_005.zip`, built like that of a CES file, and counted
/// with them.
public struct OneRosterFileName: Hashable, Sendable, CustomStringConvertible {
    /// The name of a CES file of the same number.
    private let likeCES: CESFileName
    /// Who sends.
    public var source: CESParty { likeCES.source }
    /// Who receives.
    public var destination: CESParty { likeCES.destination }
    /// 1 to 999.
    public var sequence: Int { likeCES.sequence }

    /// Makes a name; nil when the sequence is outside 1 to 999.
    public init?(source: CESParty, destination: CESParty, sequence: Int) {
        guard let name = CESFileName(source: source, destination: destination, sequence: sequence) else { return nil }
        likeCES = name
    }

    /// The name with its ending.
    public var description: String { likeCES.text("OneRoster", "zip") }
}
