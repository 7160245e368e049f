import School

/// How a column's text becomes the canonical value of a field.
enum ValueForm: Sendable {
    /// One line of text; line breaks inside become one space.
    case text
    /// One line of text of a format that allows no line breaks.
    case line
    /// An identifier of the source: 1 to 100 characters, no control character.
    case key
    /// A date in the order that was told; ISO always.
    case date
    /// A date, `yyyy-MM-dd` and nothing else.
    case isoDate
    /// true or false, in any case of letters.
    case anyBoolean
    /// `true` or `false`.
    case boolean
    /// A code of a set.
    case code(CodeSet)
    /// Codes of a set, joined with semicolons; canonical order is the alphabet's.
    case codeList(CodeSet)
    /// A national curriculum year.
    case curriculumYear
    /// A year as other countries write it; national curriculum years in their canonical spelling.
    case grade
    /// M, F, or what the source writes; words for the two become the letters.
    case sex
    /// So many capital letters.
    case capitals(ClosedRange<Int>)
    /// So many digits.
    case digits(ClosedRange<Int>)
    /// A whole number within bounds, without leading zeros.
    case integer(ClosedRange<Int>)
    /// A unique pupil number.
    case upn
    /// A former pupil number: rules 1510 to 1550, told as query 1560Q when it is not even well formed.
    case formerUPN
    /// A unique learner number.
    case uln
    /// A DfE number.
    case laestab
    /// A school's unique reference number.
    case urn
    /// A local authority's code.
    case localAuthority
    /// An e-mail address.
    case email

    /// Reads a text that is not empty and already trimmed.
    ///
    /// - Throws: `SchoolError` whose message tells the rule, never the value.
    func canonical(_ text: String, order: DateOrder?) throws(SchoolError) -> String {
        switch self {
        case .text: return try Self.oneLine(text.contains(where: \.isNewline) ? Self.joined(text) : text)
        case .line: return try Self.oneLine(text)
        case .key:
            guard text.utf8.count <= 400, text.count <= 100 else {
                throw SchoolError(.valueInvalid, "is longer than the 100 characters of a key")
            }
            return try Self.oneLine(text)
        case .date: return try CalendarDate(text, order: order).description
        case .isoDate:
            guard let date = CalendarDate(iso: text) else {
                throw SchoolError(.dateInvalid, "is not a date of the form yyyy-MM-dd, for example 2012-04-03")
            }
            return date.description
        case .anyBoolean: return try Self.boolean(text.lowercased())
        case .boolean: return try Self.boolean(text)
        case .code(let set):
            try set.check(text)
            return text
        case .codeList(let set):
            let codes = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
            for code in codes { try set.check(code) }
            return Set(codes).sorted().joined(separator: ";")
        case .curriculumYear: return try CurriculumYear(code: text).rawValue
        case .grade:
            let year = Int(text).map(String.init) ?? text.uppercased()
            if let known = CurriculumYear(rawValue: year) { return known.rawValue }
            return try Self.oneLine(text)
        case .sex:
            if let letter = Self.sexes[text.lowercased()] { return letter }
            return try Self.oneLine(text)
        case .capitals(let count):
            guard count.contains(text.utf8.count), text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
                let wanted = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
                throw SchoolError(.valueInvalid, "must be \(wanted) capital letter(s)")
            }
            return text
        case .digits(let count):
            guard count.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                let wanted = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
                throw SchoolError(.valueInvalid, "must be \(wanted) digit(s)")
            }
            return text
        case .integer(let bounds):
            guard let number = Int(text), bounds.contains(number), String(number) == text else {
                throw SchoolError(
                    .valueInvalid,
                    "must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
                )
            }
            return text
        case .upn: return try UPN(text).description
        case .formerUPN:
            try UPN.checkFormer(text)
            return text
        case .uln: return try ULN(text).description
        case .laestab: return try LAESTAB(text).description
        case .urn: return try URN(text).description
        case .localAuthority: return try LocalAuthority(text).description
        case .email: return try EmailAddress(text).description
        }
    }

    private static let sexes = ["m": "M", "male": "M", "f": "F", "female": "F"]

    private static func boolean(_ text: String) throws(SchoolError) -> String {
        guard text == "true" || text == "false" else {
            throw SchoolError(.valueInvalid, "must be true or false")
        }
        return text
    }

    /// Bytes of one value.
    ///
    /// Longer ones come from a quote in the wrong place, and an event carries whole groups.
    private static let longestText = 65_536

    private static func joined(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func oneLine(_ text: String) throws(SchoolError) -> String {
        guard text.utf8.count <= longestText else {
            throw SchoolError(.valueInvalid, "is longer than \(longestText) bytes")
        }
        guard !CanonicalText.hasControlCharacter(text) else {
            throw SchoolError(.valueInvalid, "holds a line break or another control character: type it again")
        }
        return text
    }
}

extension SchoolError.Code {
    /// The value has not the form of its field.
    static let valueInvalid = Self(rawValue: "valueInvalid")
}
