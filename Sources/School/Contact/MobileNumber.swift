/// A UK mobile number in its normal form: 447 and nine digits, no plus (domain.md 7.1).
public struct MobileNumber: Sendable, Hashable, CustomStringConvertible {
    /// Twelve digits.
    public let description: String

    /// Reads a number as people write it: 07…, 7…, 447…, 00447…, +447… or +44 (0)7….
    ///
    /// - Throws: `SchoolError` with the message that the office sees.
    public init(_ text: some StringProtocol) throws(SchoolError) {
        var digits: [UInt8] = []
        for scalar in text.unicodeScalars where !Self.isSkipped(scalar) {
            guard scalar.value < 0x80, CheckLetter.isDigit(UInt8(scalar.value)) else {
                throw SchoolError(.mobileLetters, "Must not contain letters or symbols")
            }
            digits.append(UInt8(scalar.value))
        }
        let national = Self.national(digits)
        // 0 and nine more digits have a number's length as it is written, so they are told as wrong, not as short.
        guard digits.count >= 10 else {
            throw SchoolError(.mobileShort, "Not enough digits")
        }
        guard national.first == UInt8(ascii: "7") else {
            throw SchoolError(.mobileForeign, "Not a UK mobile number")
        }
        guard national.count <= 10 else {
            throw SchoolError(.mobileLong, "Too many digits")
        }
        guard national.count == 10 else {
            throw SchoolError(.mobileInvalid, "Number is not valid")
        }
        // 70 is personal numbering, 76 pagers.
        guard national[1] != UInt8(ascii: "0"), national[1] != UInt8(ascii: "6") else {
            throw SchoolError(.mobileForeign, "Not a UK mobile number")
        }
        description = "44" + String(decoding: national, as: UTF8.self)
    }

    /// White space, zero-width characters and the marks that people put between digits.
    private static func isSkipped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "(", ")", "-", "+", "\u{180E}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}": true
        default: scalar.properties.isWhitespace
        }
    }

    private static func national(_ digits: [UInt8]) -> ArraySlice<UInt8> {
        var rest = digits[...]
        if rest.starts(with: Array("0044".utf8)) {
            rest = rest.dropFirst(4)
        } else if rest.starts(with: Array("44".utf8)), rest.count > 10 {
            rest = rest.dropFirst(2)
        }
        if rest.first == UInt8(ascii: "0") { rest = rest.dropFirst() }
        return Array(rest)[...]
    }
}

extension SchoolError.Code {
    /// Characters that are no digits.
    public static let mobileLetters = Self(rawValue: "mobileLetters")
    /// Too short.
    public static let mobileShort = Self(rawValue: "mobileShort")
    /// Too long.
    public static let mobileLong = Self(rawValue: "mobileLong")
    /// One digit wrong or missing.
    public static let mobileInvalid = Self(rawValue: "mobileInvalid")
    /// Not in a block of UK mobiles.
    public static let mobileForeign = Self(rawValue: "mobileForeign")
}
