/// The order of day, month and year in dates written with slashes.
///
/// It is told, never guessed (rulings 33).
public enum DateOrder: String, CaseIterable, Sendable {
    /// 31/12/2015.
    case dmy
    /// 12/31/2015.
    case mdy
    /// 2015/12/31.
    case ymd
}

extension CalendarDate {
    /// Reads `yyyy-MM-dd` and nothing else; nil for any other text and for days that do not exist.
    public init?(iso text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
        guard let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Reads a date as people and programs write it: `yyyy-MM-dd` always, and three numbers between slashes, dots or
    /// dashes in the order that was told.
    ///
    /// Years have four digits: a two-digit year does not tell a child from a grandparent.
    ///
    /// - Parameters:
    ///   - text: the date, trimmed.
    ///   - order: the order of the numbers; nil when nobody told it.
    /// - Throws: `SchoolError` with code `dateOrderUnknown` when the order is needed and was not told, `dateInvalid`
    ///   when there is no such day.
    public init(_ text: some StringProtocol, order: DateOrder?) throws(SchoolError) {
        if let date = Self(iso: text) {
            self = date
            return
        }
        let parts = text.utf8.split(omittingEmptySubsequences: false) { Self.separators.contains($0) }
        guard parts.count == 3, parts.allSatisfy({ (1...4).contains($0.count) && Self.number($0) != nil }) else {
            throw SchoolError(.dateInvalid, "is not a date: write it as yyyy-MM-dd, for example 2012-04-03")
        }
        guard let order else {
            throw SchoolError(
                .dateOrderUnknown,
                "is a date whose order is not told: 3/4/2012 is 3 April with --date-order dmy and 4 March with "
                    + "--date-order mdy; name one (dmy, mdy or ymd)"
            )
        }
        let named: (year: Int, month: Int, day: Int) =
            switch order {
            case .dmy: (2, 1, 0)
            case .mdy: (2, 0, 1)
            case .ymd: (0, 1, 2)
            }
        guard parts[named.year].count == 4, parts[named.month].count <= 2, parts[named.day].count <= 2,
            let year = Self.number(parts[named.year]), let month = Self.number(parts[named.month]),
            let day = Self.number(parts[named.day]), let date = Self(year: year, month: month, day: day)
        else {
            throw SchoolError(
                .dateInvalid,
                "is no date in the order \(order.rawValue) with a four-digit year: correct it, or check --date-order"
            )
        }
        self = date
    }

    private static let separators: [UInt8] = [UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: ".")]

    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard !digits.isEmpty else { return nil }
        var value = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

extension SchoolError.Code {
    /// There is no such day, or the text is no date.
    public static let dateInvalid = Self(rawValue: "dateInvalid")
    /// Which number is the day was not told.
    public static let dateOrderUnknown = Self(rawValue: "dateOrderUnknown")
}
