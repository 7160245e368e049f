/// An e-mail address that a message can be sent to, in lower case (domain.md 7.2).
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address, lower case.
    public let description: String

    /// Checks an address.
    ///
    /// - Throws: `SchoolError` with code `emailInvalid`; the message says which part is wrong.
    public init(_ text: some StringProtocol) throws(SchoolError) {
        guard text.utf8.count <= 320 else { throw Self.fault("is longer than 320 characters") }
        guard !text.contains("..") else { throw Self.fault("has two dots in a row") }
        let parts = String(text).split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw Self.fault("must have one @") }
        guard !parts[0].isEmpty, parts[0].utf8.allSatisfy(Self.isLocal) else {
            throw Self.fault("has a character before the @ that addresses may not have, or none")
        }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        guard parts[1].utf8.count <= 253, labels.count >= 2, labels.allSatisfy(Self.isLabel),
            let last = labels.last, Self.isTop(last)
        else {
            throw Self.fault("has no valid domain after the @, for example example.org")
        }
        description = text.lowercased()
    }

    private static func fault(_ reason: String) -> SchoolError {
        SchoolError(.emailInvalid, "E-mail address " + reason)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        CheckLetter.isDigit(byte) || isLetter(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }

    private static let localMarks = Array(".!#$%&'*+/=?^_`{|}~-".utf8)

    private static func isLocal(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || localMarks.contains(byte)
    }

    /// 1 to 63 letters, digits and inner hyphens; `xn--` labels are of the same form.
    private static func isLabel(_ label: Substring) -> Bool {
        let bytes = Array(label.utf8)
        guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else { return false }
        return isLetterOrDigit(first) && isLetterOrDigit(last)
            && bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isTop(_ label: Substring) -> Bool {
        label.lowercased().hasPrefix("xn--") || (label.utf8.count >= 2 && label.utf8.allSatisfy(isLetter))
    }
}

extension SchoolError.Code {
    /// Not an address that messages can go to.
    public static let emailInvalid = Self(rawValue: "emailInvalid")
}
