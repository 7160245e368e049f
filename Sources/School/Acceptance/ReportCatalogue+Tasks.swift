/// Reports for the kinds of data that tasks send beside the core record (S1-07, S1-08, S1-18).
extension ReportCatalogue {
    /// Whom a report is about, for a receiver who has to find the pupil.
    private static let identity = Report.Grant(
        .basicDetails,
        [.upn, .formerUPN, .noUPNReason, .surname, .forename, .birthDate, .sex]
    )
    private static let place = Report.Grant(
        .registration,
        [.enrolmentStatus, .yearGroup, .entryDate, .leavingDate, .leavingReason]
    )

    /// Marks of sessions by their codes, without comments and minutes.
    public static let attendance = Report(
        name: "attendance",
        version: 1,
        grants: [identity, place, Report.Grant(.attendance, [.sessionDate, .sessionHalf, .mark])],
        purpose: "The authority follows up absence and children missing education.",
        lawfulBasis: "UK GDPR article 6(1)(e), public task: Education Act 1996, sections 436A and 437.",
        role: .controller,
        agreements: "The data sharing agreement and the impact assessment between the school and the authority.",
        statutoryDuty:
            "School Attendance (Pupil Registration) (England) Regulations 2024: returns of absence to the authority.",
        retention: "The authority's own schedule; commonly six years from the session."
    )

    /// Results of assessments.
    public static let attainment = Report(
        name: "attainment",
        version: 1,
        grants: [
            identity, place,
            Report.Grant(
                .attainment,
                [
                    .assessmentStage, .assessmentLocale, .assessmentYear, .assessmentSubject, .assessmentMethod,
                    .assessmentComponent, .resultStatus, .resultQualifier, .result,
                ]
            ),
        ],
        purpose: "The authority follows how pupils get on, and where schools need support.",
        lawfulBasis: "UK GDPR article 6(1)(e), public task: Education Act 1996, section 13A.",
        role: .controller,
        agreements: "The data sharing agreement and the impact assessment between the school and the authority.",
        retention: "The authority's own schedule; commonly until the pupil's 25th birthday."
    )

    /// Who is in care, for the authority that looks after them: it lets out what no other report does.
    public static let lookedAfter = Report(
        name: "looked-after",
        version: 1,
        grants: [identity, place, Report.Grant(.lookedAfter, [.inCare, .careAuthority])],
        purpose: "The virtual school head promotes the education of the children whom the authority looks after.",
        lawfulBasis: "UK GDPR article 6(1)(c), legal obligation: Children Act 1989, section 22(3A) and section 23ZZA.",
        role: .controller,
        agreements: "The data sharing agreement and the impact assessment between the school and the authority.",
        retention: "The authority's own schedule; commonly 75 years from birth for children looked after."
    )
}
