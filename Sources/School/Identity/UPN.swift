/// A unique pupil number: 13 characters, permanent or temporary (domain.md 1.1, DfE rules 1510 to 1560).
///
/// Nothing may be derived from the authority, school and year inside it: they serve the check alone, and the number
/// stays with the pupil across schools.
public struct UPN: Sendable, Hashable, CustomStringConvertible {
    /// The 13 characters, upper case.
    public let description: String
    /// True for a temporary number, which ends in a letter and is replaced once the permanent one is known.
    public let isTemporary: Bool

    /// Checks a number.
    ///
    /// - Parameter text: the number, trimmed; letters must be upper case.
    /// - Throws: `SchoolError` whose message names the rule: 1510, 1530, 1540 or 1550.
    public init(_ text: some StringProtocol) throws(SchoolError) {
        let characters = Array(text.utf8)
        guard characters.count == 13 else {
            throw SchoolError(.upnLength, "UPN must have 13 characters")
        }
        guard characters[4..<12].allSatisfy(CheckLetter.isDigit) else {
            throw SchoolError(.upn1540, "1540: UPN invalid (characters 5-12 not all numeric)")
        }
        let last = characters[12]
        let isTemporary = !CheckLetter.isDigit(last)
        guard !isTemporary || CheckLetter.value(of: last) != nil else {
            throw SchoolError(.upn1550, "1550: UPN invalid (character 13 not a recognised value)")
        }
        guard characters[0] == CheckLetter.of(characters[1...]) else {
            throw SchoolError(.upn1510, "1510: UPN invalid (wrong check letter at character 1)")
        }
        guard LocalAuthority.isIssuer(characters[1..<4]) else {
            throw SchoolError(.upn1530, "1530: UPN invalid (characters 2-4 not a recognised LA code)")
        }
        description = String(decoding: characters, as: UTF8.self)
        self.isTemporary = isTemporary
    }

    /// Asks rule 1560Q of a former UPN: wrongly formatted or not.
    ///
    /// Temporary numbers are well formed; the check letter is not asked, because an old number is reported as it was.
    ///
    /// - Throws: `SchoolError` with the query's text.
    public static func checkFormer(_ text: some StringProtocol) throws(SchoolError) {
        let characters = Array(text.utf8)
        guard characters.count == 13, CheckLetter.value(of: characters[0]) != nil,
            characters[1..<12].allSatisfy(CheckLetter.isDigit),
            CheckLetter.isDigit(characters[12]) || CheckLetter.value(of: characters[12]) != nil
        else {
            throw SchoolError(.upn1560Q, "1560Q: Former UPN wrongly formatted")
        }
    }
}

/// The 23 letters of check letters and of temporary serials: no I, O or S.
enum CheckLetter {
    private static let alphabet = Array("ABCDEFGHJKLMNPQRTUVWXYZ".utf8)

    static func isDigit(_ character: UInt8) -> Bool {
        character >= UInt8(ascii: "0") && character <= UInt8(ascii: "9")
    }

    /// 0 to 22; nil for a character that is none of the letters.
    static func value(of letter: UInt8) -> Int? {
        alphabet.firstIndex(of: letter)
    }

    /// The check letter of characters 2 to 13: each value times its position, modulo 23.
    static func of(_ rest: ArraySlice<UInt8>) -> UInt8 {
        var sum = 0
        for (offset, character) in rest.enumerated() {
            let value = isDigit(character) ? Int(character - UInt8(ascii: "0")) : Self.value(of: character) ?? 0
            sum += value * (offset + 2)
        }
        return alphabet[sum % 23]
    }
}

extension SchoolError.Code {
    /// Not 13 characters.
    public static let upnLength = Self(rawValue: "upnLength")
    /// Wrong check letter.
    public static let upn1510 = Self(rawValue: "upn1510")
    /// Unknown authority.
    public static let upn1530 = Self(rawValue: "upn1530")
    /// Letters where digits stand.
    public static let upn1540 = Self(rawValue: "upn1540")
    /// Last character.
    public static let upn1550 = Self(rawValue: "upn1550")
    /// Former number wrongly formatted.
    public static let upn1560Q = Self(rawValue: "upn1560Q")
}
