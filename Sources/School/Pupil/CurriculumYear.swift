/// A national curriculum year, in the order of the table and never of the text: R, then 1 to 14, then X (domain.md 3).
public enum CurriculumYear: String, CaseIterable, Sendable, Comparable {
    /// Early, first year.
    case early1 = "E1"
    /// Early, second year.
    case early2 = "E2"
    /// Nursery, first year.
    case nursery1 = "N1"
    /// Nursery, second year.
    case nursery2 = "N2"
    /// Reception.
    case reception = "R"
    /// Year 1.
    case year1 = "1"
    /// Year 2.
    case year2 = "2"
    /// Year 3.
    case year3 = "3"
    /// Year 4.
    case year4 = "4"
    /// Year 5.
    case year5 = "5"
    /// Year 6.
    case year6 = "6"
    /// Year 7.
    case year7 = "7"
    /// Year 8.
    case year8 = "8"
    /// Year 9.
    case year9 = "9"
    /// Year 10.
    case year10 = "10"
    /// Year 11.
    case year11 = "11"
    /// Year 12.
    case year12 = "12"
    /// Year 13.
    case year13 = "13"
    /// Year 14.
    case year14 = "14"
    /// The national curriculum is not followed.
    case notFollowed = "X"

    /// Reads a code.
    ///
    /// - Throws: `SchoolError` with code `curriculumYearInvalid`.
    public init(code: some StringProtocol) throws(SchoolError) {
        guard let year = Self(rawValue: String(code)) else {
            throw SchoolError(
                .curriculumYearInvalid,
                "a national curriculum year is one of E1, E2, N1, N2, R, 1 to 14 and X"
            )
        }
        self = year
    }

    /// Key stage 0 to 5; nil where the curriculum is not followed.
    public var keyStage: Int? {
        switch self {
        case .early1, .early2, .nursery1, .nursery2, .reception: 0
        case .year1, .year2: 1
        case .year3, .year4, .year5, .year6: 2
        case .year7, .year8, .year9: 3
        case .year10, .year11: 4
        case .year12, .year13, .year14: 5
        case .notFollowed: nil
        }
    }

    /// Place in the table, from 0.
    public var order: Int { Self.places[self] ?? Self.places.count }

    /// Earlier in the table is less.
    public static func < (left: Self, right: Self) -> Bool { left.order < right.order }

    private static let places = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}

extension SchoolError.Code {
    /// No such year in the table.
    public static let curriculumYearInvalid = Self(rawValue: "curriculumYearInvalid")
}
