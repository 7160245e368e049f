/// The name of a transfer file: `8201079_CES_820LLLL_005.xml` (domain.md 5.1).
public struct CESFileName: Hashable, Sendable, CustomStringConvertible {
    /// Who sends.
    public let source: CESParty
    /// Who receives.
    public let destination: CESParty
    /// 1 to 999, counted for each source and destination.
    public let sequence: Int

    /// Makes a name; nil when the sequence is outside 1 to 999.
    public init?(source: CESParty, destination: CESParty, sequence: Int) {
        guard (1...999).contains(sequence) else { return nil }
        self.source = source
        self.destination = destination
        self.sequence = sequence
    }

    /// Reads a name; nil when it is not one of a CES file.
    public init?(_ text: String) {
        guard text.hasSuffix(".xml") else { return nil }
        let parts = text.dropLast(4).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1] == "CES", let source = CESParty(String(parts[0])),
            let destination = CESParty(String(parts[2])), parts[3].count == 3, let sequence = Int(parts[3])
        else { return nil }
        self.init(source: source, destination: destination, sequence: sequence)
        // One spelling only: no sign in the number, no authority without LLLL.
        guard description == text else { return nil }
    }

    /// The name with its ending.
    public var description: String { text("CES", "xml") }

    /// A name built like this one: `SOURCE_KIND_DESTINATION_NNN.ENDING`.
    func text(_ kind: String, _ ending: String) -> String {
        let digits = String(sequence)
        let number = String(repeating: "0", count: 3 - digits.count) + digits
        return "\(source)_\(kind)_\(destination)_\(number).\(ending)"
    }

    /// The name of the manifest beside the file.
    public var manifest: String { "\(description.dropLast(4)).manifest.json" }

    /// The number after this one, and whether the count began anew.
    ///
    /// A number is given once, when a file is made, and is not used again when its delivery fails. After 999 comes
    /// 001 of the next epoch, which the log remembers: no public rule says otherwise.
    public static func next(after sequence: Int) -> (sequence: Int, beginsEpoch: Bool) {
        sequence >= 999 ? (1, true) : (sequence + 1, false)
    }
}
