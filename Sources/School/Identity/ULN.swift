/// A unique learner number: ten digits, the last one a check digit (domain.md 1.2).
public struct ULN: Sendable, Hashable, CustomStringConvertible {
    /// The ten digits.
    public let description: String

    /// Checks a number.
    ///
    /// - Throws: `SchoolError` with code `ulnInvalid`.
    public init(_ text: some StringProtocol) throws(SchoolError) {
        let digits = text.utf8.map { Int($0) - Int(UInt8(ascii: "0")) }
        guard digits.count == 10, digits.allSatisfy({ (0...9).contains($0) }) else {
            throw SchoolError(.ulnInvalid, "ULN invalid (must have ten digits)")
        }
        var sum = 0
        for index in 0..<9 { sum += digits[index] * (10 - index) }
        let remainder = sum % 11
        guard remainder != 0, digits[9] == 10 - remainder else {
            throw SchoolError(.ulnInvalid, "ULN invalid (wrong check digit at character 10)")
        }
        description = String(text)
    }
}

extension SchoolError.Code {
    /// Not ten digits, or a wrong check digit.
    public static let ulnInvalid = Self(rawValue: "ulnInvalid")
}
