import School

/// What a file's dates say of the order that was told.
///
/// The order is never guessed (rulings 33), but it can be seen to be wrong: a date whose day is above 12 fits one order
/// only. A mistyped one is left out by itself; when most of those that can tell fit another order than the one told, the
/// others would be taken in with day and month exchanged, and the set is refused.
struct DateEvidence {
    /// Fewer may be slips of the hand, and are left out one by one.
    private static let contradictionsMin = 3

    private var fits = 0
    private var contradicts = 0
    private var first: (line: Int, column: Int)?

    /// Looks at a date that is not in the ISO form.
    mutating func add(_ text: String, order: DateOrder, line: Int, column: Int) {
        guard let other = order.exchanged, CalendarDate(iso: text) == nil else { return }
        let isTold = (try? CalendarDate(text, order: order)) != nil
        let isOther = (try? CalendarDate(text, order: other)) != nil
        guard isTold != isOther else { return }
        if isTold {
            fits += 1
        } else {
            contradicts += 1
            first = first ?? (line, column)
        }
    }

    /// The first date that fits the other order alone, when more than half of those that can tell do so.
    var contradiction: (line: Int, column: Int)? {
        contradicts >= Self.contradictionsMin && contradicts > fits ? first : nil
    }
}

extension DateOrder {
    /// The order with day and month exchanged; nil for the year first, which nobody writes otherwise.
    var exchanged: DateOrder? {
        switch self {
        case .dmy: .mdy
        case .mdy: .dmy
        case .ymd: nil
        }
    }
}
