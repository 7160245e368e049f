/// A sender or receiver of transfer files: a school by its LAESTAB, or an authority by LA code and `LLLL`
/// (domain.md 2.2).
public struct CESParty: Hashable, Sendable, CustomStringConvertible {
    /// Three digits.
    public let authority: String
    /// Four digits, or `LLLL`.
    public let establishment: String

    /// Reads `8201079`, `820LLLL` or `820`, the last two being the authority itself; nil for anything else.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        switch (text.count, digits.count) {
        case (3, 3): establishment = "LLLL"
        case (7, 7), (7, 3): establishment = String(text.suffix(4))
        default: return nil
        }
        authority = String(text.prefix(3))
        guard text.count != 7 || digits.count == 7 || establishment == "LLLL" else { return nil }
    }

    /// The seven characters that file names hold.
    public var description: String { authority + establishment }
}
