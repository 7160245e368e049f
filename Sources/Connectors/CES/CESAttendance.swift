import School

/// Marks and results as elements (`schemas/exchange/ces.md`, section 3; domain.md 4.5 and 5.2).
enum CESAttendance {
    /// One `YearData` a school year: what the sessions count as, and the string of marks.
    static func attendance(_ rows: [FieldRow], source: CESParty) -> [CESPart] {
        let marks = rows.compactMap { AttendanceString.Mark($0) }
        let years = Dictionary(grouping: marks) { AcademicYear(of: $0.date) }
        let data = years.sorted { $0.key < $1.key }.compactMap { year, marks -> CESElement? in
            guard let string = AttendanceString(marks) else { return nil }
            let totals = AttendanceTotals(marks)
            return CESElement(
                "YearData",
                [
                    CESElement("Year", String(year.start)), CESElement("LEA", source.authority),
                    CESElement("Estab", source.establishment),
                    CESElement("SessionsPossible", String(totals.possible)),
                    CESElement("SessionsAuthorised", String(totals.authorised)),
                    CESElement("SessionsAttended", String(totals.attended)),
                    CESElement("SessionsUnauthorised", String(totals.unauthorised)),
                    CESElement(
                        "AttendSessions",
                        [
                            CESElement("AttendanceStartDate", string.start.description),
                            CESElement("AttendanceMarks", string.text),
                        ]
                    ),
                ]
            )
        }
        return CESElement("Attendance", ifAny: data).map { [CESPart(slot: .attendance, element: $0)] } ?? []
    }

    private static let assessment: [(String, Field)] = [
        ("Locale", .assessmentLocale), ("Year", .assessmentYear), ("Subject", .assessmentSubject),
        ("Method", .assessmentMethod), ("Component", .assessmentComponent), ("ResultStatus", .resultStatus),
        ("ResultQualifier", .resultQualifier), ("Result", .result),
    ]

    /// One `KeyStage` for each stage, in the order in which the rows first name it.
    static func assessments(_ rows: [FieldRow]) -> [CESPart] {
        var stages: [String] = []
        var results: [String: [CESElement]] = [:]
        for row in rows {
            let stage = row[.assessmentStage] ?? ""
            if results[stage] == nil { stages.append(stage) }
            let children = assessment.compactMap { name, field in CESElement(name, row[field]) }
            results[stage, default: []].append(CESElement("StageAssessment", children))
        }
        let keyStages = stages.map { stage in
            CESElement("KeyStage", [CESElement("Stage", stage)] + (results[stage] ?? []))
        }
        return CESElement("StageAssessments", ifAny: keyStages).map { [CESPart(slot: .assessments, element: $0)] } ?? []
    }
}
