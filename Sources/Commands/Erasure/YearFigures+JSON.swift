import School

extension YearFigures {
    /// For machines.
    var json: JSON { .object([.init(name: "year", value: JSON(year.start))] + totals.members) }
}

extension AttendanceTotals {
    /// The figures by their names.
    var members: [JSON.Member] {
        [
            .init(name: "possible", value: JSON(possible)), .init(name: "attended", value: JSON(attended)),
            .init(name: "authorised", value: JSON(authorised)), .init(name: "unauthorised", value: JSON(unauthorised)),
            .init(name: "unexplained", value: JSON(unexplained)),
        ]
    }
}
