import School

/// The standard's words and forms for what syncd holds.
enum OneRosterWords {
    /// What stands where the standard requires a name and none is held or may be told.
    static let noName = "?"
    /// The role of a contact who is neither parent, guardian nor relative: a word of ours, as the standard lets one add.
    static let contactRole = "ext:contact"

    /// What a contact is, by relationship and parental responsibility.
    static func contactRole(of link: FieldRow) -> String {
        switch link[.relationship] ?? "" {
        case "PAM", "PAF": "parent"
        case "STM", "STF", "FOM", "FOF", "CAR": "guardian"
        case "REL", "FAM": "relative"
        default: link[.parentalResponsibility] == "true" ? "guardian" : contactRole
        }
    }

    /// The closer of two roles: a contact of two children has one.
    static func closer(_ one: String, _ other: String) -> String {
        let order = ["parent", "guardian", "relative", contactRole]
        return order.first { $0 == one || $0 == other } ?? one
    }

    /// male, female or nothing.
    static func sex(_ code: String?) -> String { ["M": "male", "F": "female"][code ?? ""] ?? "" }

    /// A phone number that begins with a digit wherever one can be written so: no spreadsheet takes it for a formula, and
    /// it can still be called from the United Kingdom.
    static func phone(_ number: String) -> String {
        guard number.hasPrefix("+") else { return number }
        let digits = number.dropFirst()
        guard digits.hasPrefix("44") else { return "00" + digits }
        var local = digits.dropFirst(2).drop { $0 == " " }
        if local.hasPrefix("(0)") { local = local.dropFirst(3).drop { $0 == " " } }
        return local.hasPrefix("0") ? String(local) : "0" + local
    }

    /// The first mobile, the first other phone, the first e-mail address.
    static func methods(_ rows: [FieldRow]) -> [String: String] {
        let phones = rows.compactMap { row in row[.phone].map { (type: row[.phoneType] ?? "", number: phone($0)) } }
        let others = phones.filter { $0.type != "M" }
        return [
            "sms": phones.first { $0.type == "M" }?.number ?? "",
            "phone": (others.first { $0.type == "H" } ?? others.first)?.number ?? "",
            "email": rows.lazy.compactMap { $0[.email] }.first ?? "",
        ]
    }

    /// The day after a date: the standard's ends no longer belong to what they end.
    static func dayAfter(_ date: String?) -> String {
        date.flatMap { CalendarDate(iso: $0) }?.adding(days: 1)?.description ?? ""
    }

    /// Two ends of a period, as far as they make one.
    static func period(_ begin: String?, _ end: String) -> (begin: String, end: String) {
        guard let begin, !end.isEmpty, end <= begin else { return (begin ?? "", end) }
        return ("", end)
    }

    /// The academic year of a day: from 1 September.
    static func academicYear(_ day: String) -> Int {
        let parts = (CalendarDate(iso: day) ?? .earliest).parts
        return parts.month >= 9 ? parts.year : parts.year - 1
    }

    /// A line without breaks, which a field of the standard must not have.
    static func line(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }
}
