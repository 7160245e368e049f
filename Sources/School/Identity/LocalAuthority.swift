/// A local authority's number: three digits (domain.md 2.1).
public struct LocalAuthority: Sendable, Hashable, CustomStringConvertible {
    /// 0 to 999.
    public let number: Int

    /// Reads three digits.
    ///
    /// - Throws: `SchoolError` with code `localAuthorityInvalid`.
    public init(_ text: some StringProtocol) throws(SchoolError) {
        let digits = Array(text.utf8)
        guard digits.count == 3, digits.allSatisfy(CheckLetter.isDigit), let number = Int(text) else {
            throw SchoolError(.localAuthorityInvalid, "a local authority code has three digits, for example 820")
        }
        self.number = number
    }

    /// True when UPNs with this number in characters 2 to 4 are recognised (rule 1530).
    ///
    /// It includes authorities that are no more, since their numbers stay with the pupils, and the pseudo-authorities
    /// 001 to 005.
    public var issuesUPNs: Bool { Self.issuers.contains { $0.contains(number) } }

    /// Three digits.
    public var description: String {
        String(repeating: "0", count: number < 10 ? 2 : number < 100 ? 1 : 0) + String(number)
    }

    static func isIssuer(_ digits: ArraySlice<UInt8>) -> Bool {
        var number = 0
        for digit in digits {
            guard CheckLetter.isDigit(digit) else { return false }
            number = number * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return issuers.contains { $0.contains(number) }
    }

    /// The numbers that rule 1530 recognises, as the census validator of the children-in-need return lists them.
    static let issuers: [ClosedRange<Int>] = [
        1...5, 201...213, 301...320, 330...336, 340...344, 350...359, 370...373, 380...384, 390...394, 420...420,
        660...681, 701...708, 800...803, 805...808, 810...813, 815...816, 820...823, 825...826, 830...831, 835...839,
        840...841, 845...846, 850...852, 855...857, 860...861, 865...896, 908...909, 916...916, 919...919, 921...921,
        925...926, 928...929, 931...931, 933...933, 935...938, 940...943,
    ]
}

extension SchoolError.Code {
    /// Not three digits.
    public static let localAuthorityInvalid = Self(rawValue: "localAuthorityInvalid")
}
