/// A school's DfE number: authority (3 digits) and establishment (4 digits).
///
/// It changes when the school changes authority or becomes an academy, so it is an attribute of a base, never its
/// identity (domain.md 2.2).
public struct LAESTAB: Sendable, Hashable, CustomStringConvertible {
    /// The authority.
    public let authority: LocalAuthority
    /// The establishment's four digits.
    public let establishment: String

    /// Reads seven digits; a slash after the authority, as people write it, is taken too.
    ///
    /// - Throws: `SchoolError` with code `laestabInvalid`.
    public init(_ text: some StringProtocol) throws(SchoolError) {
        var digits = Array(text.utf8)
        if digits.count == 8, digits[3] == UInt8(ascii: "/") { digits.remove(at: 3) }
        guard digits.count == 7, digits.allSatisfy(CheckLetter.isDigit) else {
            throw SchoolError(.laestabInvalid, "a DfE number (LAESTAB) has seven digits, for example 8201079")
        }
        authority = try LocalAuthority(String(decoding: digits[0..<3], as: UTF8.self))
        establishment = String(decoding: digits[3...], as: UTF8.self)
    }

    /// Seven digits.
    public var description: String { authority.description + establishment }
}

/// A school's unique reference number: six digits that begin with 1 (domain.md 2.2).
public struct URN: Sendable, Hashable, CustomStringConvertible {
    /// The six digits.
    public let description: String

    /// Checks a number.
    ///
    /// - Throws: `SchoolError` with code `urnInvalid`.
    public init(_ text: some StringProtocol) throws(SchoolError) {
        let digits = Array(text.utf8)
        guard digits.count == 6, digits[0] == UInt8(ascii: "1"), digits.allSatisfy(CheckLetter.isDigit) else {
            throw SchoolError(.urnInvalid, "a URN has six digits and begins with 1")
        }
        description = String(text)
    }
}

extension SchoolError.Code {
    /// Not seven digits.
    public static let laestabInvalid = Self(rawValue: "laestabInvalid")
    /// Not six digits beginning with 1.
    public static let urnInvalid = Self(rawValue: "urnInvalid")
}
