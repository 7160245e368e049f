/// Who receives transfer files: an authority by its three digits, or a school by its seven (domain.md 2.2, 5.1).
public struct TransferParty: Sendable, Hashable, CustomStringConvertible {
    /// Three digits, or seven.
    public let digits: String

    /// Reads an LA code, a LAESTAB, or the form that file names have, `820LLLL`.
    ///
    /// - Throws: `SchoolError` with code `partyInvalid`.
    public init(_ text: some StringProtocol) throws {
        let isAuthority = text.count == 7 && text.hasSuffix("LLLL")
        digits = isAuthority ? String(text.prefix(3)) : String(text)
        guard digits.count == 3 || (digits.count == 7 && !isAuthority),
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            throw SchoolError(
                .partyInvalid,
                "a recipient is named by the three digits of an authority, for example 820, or by the seven of a "
                    + "school, for example 8201079"
            )
        }
    }

    /// Seven characters, as in file names: `820LLLL` for an authority (S2-97).
    public var description: String { digits.count == 3 ? digits + "LLLL" : digits }
}

extension SchoolError.Code {
    /// Neither an LA code nor a LAESTAB.
    public static let partyInvalid = Self(rawValue: "partyInvalid")
}
