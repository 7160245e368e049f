import School

/// How a value of OneRoster is written.
enum OneRosterForm: Sendable {
    case id
    /// Several, separated by commas.
    case ids
    case text
    case texts
    case dateTime
    case date
    case year
    case boolean
    /// A word of a list; 1.2 also allows words that begin with `ext:`.
    case word([String])
    /// `{Type:Id}`, separated by commas.
    case userIDs
    case email
    case status
    /// Never looked at.
    case readPast

    /// Why a value is not as the standard writes it.
    struct Fault: Sendable {
        var rule: OneRosterRule
        var reason: String
        /// The value that it can be taken for; nil when there is none.
        var value: String?
    }

    /// Reads a value that is not empty and already trimmed.
    ///
    /// - Returns: the canonical value, and what is wrong with its writing.
    func read(_ text: String) -> (value: String, fault: Fault?) {
        switch self {
        case .id: return Self.checked(text) { Self.idFault($0) }
        case .ids: return ids(text)
        case .text, .status, .readPast: return Self.line(text)
        case .texts: return Self.line(Self.parts(text).joined(separator: ","))
        case .dateTime:
            let isGood = text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil
            let isDate = isGood && CalendarDate(iso: String(text.prefix(10))) != nil
            guard !isDate else { return (text, nil) }
            let reason = "is no time of the form 2012-04-23T18:25:43.511Z"
            return (text, Fault(rule: .dateTimeForm, reason: reason, value: text))
        case .date:
            if let date = CalendarDate(iso: text) { return (date.description, nil) }
            let date = text.dropFirst(10).first == "T" ? CalendarDate(iso: String(text.prefix(10))) : nil
            let reason = "is no date of the form yyyy-MM-dd, for example 2012-04-03"
            return (text, Fault(rule: .dateForm, reason: reason, value: date?.description))
        case .year:
            guard let year = Int(text), (1900...2999).contains(year), text.utf8.count == 4 else {
                return (text, Fault(rule: .valueForm, reason: "is no year of four digits, for example 2026"))
            }
            return (text, nil)
        case .boolean:
            if text == "true" || text == "false" { return (text, nil) }
            let word = text.lowercased()
            let value = word == "true" || word == "false" ? word : nil
            return (text, Fault(rule: .booleanForm, reason: "must be true or false, in small letters", value: value))
        case .word(let words): return Self.word(text, of: words)
        case .userIDs:
            guard Self.userIDs(text) != nil else {
                return (text, Fault(rule: .valueForm, reason: "must have the form {Type:Id},{Type:Id}"))
            }
            return Self.line(text)
        case .email:
            guard let address = try? EmailAddress(text) else {
                return (text, Fault(rule: .valueForm, reason: "is no e-mail address"))
            }
            return (address.description, nil)
        }
    }

    /// The parts of a list, trimmed; empty ones are left out.
    static func parts(_ list: String) -> [String] {
        list.split(separator: ",").map { CanonicalText.of(String($0)) }.filter { !$0.isEmpty }
    }

    /// The identifiers of a list `{Type:Id},{Type:Id}`; nil when it is no such list.
    static func userIDs(_ text: String) -> [(type: String, id: String)]? {
        var ids: [(type: String, id: String)] = []
        for part in parts(text) {
            guard part.hasPrefix("{"), part.hasSuffix("}"), let colon = part.firstIndex(of: ":") else { return nil }
            let type = part[part.index(after: part.startIndex)..<colon]
            let id = part[part.index(after: colon)...].dropLast()
            guard !type.isEmpty, !id.isEmpty else { return nil }
            ids.append((String(type), CanonicalText.of(String(id))))
        }
        return ids
    }

    private func ids(_ text: String) -> (String, Fault?) {
        let ids = Self.parts(text)
        for id in ids {
            guard var fault = Self.idFault(id) else { continue }
            fault.value = fault.value == nil ? nil : ids.joined(separator: ",")
            return (text, fault)
        }
        return (ids.joined(separator: ","), nil)
    }

    private static func checked(_ text: String, _ fault: (String) -> Fault?) -> (String, Fault?) {
        (text, fault(text))
    }

    /// Fewer than 256 characters from the standard's set.
    private static func idFault(_ id: String) -> Fault? {
        guard id.utf8.count < 256, !CanonicalText.hasControlCharacter(id) else {
            return Fault(rule: .valueForm, reason: "must be an identifier of fewer than 256 characters")
        }
        guard !id.utf8.allSatisfy(isIDCharacter) else { return nil }
        let reason = "holds a character that an identifier must not have: 0-9 a-z A-Z . - _ / @ are allowed"
        return Fault(rule: .idForm, reason: reason, value: id)
    }

    private static func isIDCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: ".-_/@".utf8.contains(byte)
        }
    }

    private static func word(_ text: String, of words: [String]) -> (String, Fault?) {
        if words.contains(text) { return (text, nil) }
        if text.hasPrefix("ext:"), text.utf8.count > 4 { return line(text) }
        if let known = words.first(where: { $0.lowercased() == text.lowercased() }) {
            let reason = "is spelt in other capitals than the standard's \(known)"
            return (text, Fault(rule: .codeSpelling, reason: reason, value: known))
        }
        return (text, Fault(rule: .codeKnown, reason: "must be one of \(words.joined(separator: ", "))"))
    }

    private static func line(_ text: String) -> (String, Fault?) {
        guard text.utf8.count <= 65_536 else {
            return (text, Fault(rule: .valueForm, reason: "is longer than 65536 bytes"))
        }
        let joined = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        if CanonicalText.hasControlCharacter(joined) {
            return (text, Fault(rule: .valueForm, reason: "holds a control character: type it again"))
        }
        guard joined != text, text.utf8.contains(0x0D) else { return (joined, nil) }
        let reason = "holds a carriage return inside the value"
        return (text, Fault(rule: .noReturn, reason: reason, value: joined))
    }
}
