import School
import Testing

@Suite struct RetentionRuleTests {
    @Test(
        "A period ends on the same day of a later month; the last day stands for one that the month lacks",
        arguments: [
            ("2018-07-20", 12, "2019-07-20"), ("2018-08-31", 1, "2018-09-30"), ("2020-02-29", 12, "2021-02-28"),
            ("2019-11-30", 3, "2020-02-29"), ("2018-12-31", 12, "2019-12-31"), ("2018-01-31", 1, "2018-02-28"),
        ]
    )
    func ends(leaving: String, months: Int, expected: String) throws {
        let day = try #require(CalendarDate(iso: leaving))
        #expect(RetentionRule(group: nil, months: months).ends(leaving: day).description == expected)
    }
}
