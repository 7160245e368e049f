/// The reports that a head can accept.
public enum ReportCatalogue {
    /// Every version of every report, oldest version first.
    public static let reports: [Report] = [pupilCore, classLists, attendance, attainment, lookedAfter]

    /// A version of a report; nil when there is none.
    public static func report(_ name: String, version: Int) -> Report? {
        reports.first { $0.name == name && $0.version == version }
    }

    /// The newest version of a report.
    ///
    /// - Throws: `SchoolError` with code `reportUnknown`.
    public static func newest(_ name: String) throws -> Report {
        if let report = reports.last(where: { $0.name == name }) { return report }
        let names = Set(reports.map(\.name)).sorted().joined(separator: ", ")
        throw SchoolError(.reportUnknown, "there is no report of this name; the reports are: \(names)")
    }

    /// Basic details, address, contacts and registration: the fields that have an element in the Common Transfer File,
    /// and those without which these could not be read (`schemas/exchange/ces.md`, section 3).
    public static let pupilCore = Report(
        name: "pupil-core",
        version: 1,
        grants: [
            Report.Grant(
                .basicDetails,
                [
                    .upn, .uln, .uci, .formerUPN, .noUPNReason, .surname, .forename, .middleNames, .preferredSurname,
                    .preferredForename, .formerSurname, .formerForename, .birthDate, .sex,
                ]
            ),
            Report.Grant(.address, addressFields.union([.addressType])),
            Report.Grant(.contacts, [.contactOrder, .relationship, .parentalResponsibility, .addressAsPupil]),
            Report.Grant(.contactDetails, addressFields.union([.title, .surname, .forename, .sex])),
            Report.Grant(
                .registration,
                [.enrolmentStatus, .yearGroup, .entryDate, .leavingDate, .leavingReason]
            ),
        ],
        purpose: "The authority keeps its record of children in education and whom to call for them.",
        lawfulBasis: "UK GDPR article 6(1)(e), public task: Education Act 1996, sections 13 and 436A.",
        role: .controller,
        agreements: "The data sharing agreement and the impact assessment between the school and the authority.",
        retention: "The authority's own schedule; commonly until the pupil's 25th birthday."
    )

    /// Who is in which class, for a learning platform: no UPN, no address, nobody of the family.
    public static let classLists = Report(
        name: "class-lists",
        version: 1,
        grants: [
            Report.Grant(.basicDetails, [.surname, .forename, .preferredSurname, .preferredForename]),
            Report.Grant(.registration, [.enrolmentStatus, .yearGroup, .entryDate, .leavingDate]),
            Report.Grant(.classMembership, [.memberRole, .primaryRole, .roleStart, .roleEnd]),
            Report.Grant(
                .classDetails,
                [.name, .code, .classType, .grade, .subject, .periods, .courseName, .courseNumber]
            ),
            Report.Grant(.courseDetails, [.courseName, .code, .grade, .courseSubject]),
            Report.Grant(.termDetails, [.termName, .termType, .termStart, .termEnd, .schoolYear]),
        ],
        purpose: "A learning platform gives each pupil an account and fills its classes.",
        lawfulBasis: "UK GDPR article 6(1)(e), public task: the provision of education.",
        role: .processor,
        agreements:
            "The contract under UK GDPR article 28 and the impact assessment between the school and the platform.",
        retention: "Until the pupil leaves or the contract ends, whichever comes first."
    )

    private static let addressFields: Set<Field> = [
        .saon, .paon, .street, .locality, .town, .administrativeArea, .postTown, .county, .postcode, .country, .uprn,
        .easting, .northing, .addressLine1, .addressLine2, .addressLine3, .addressLine4, .addressLine5, .phoneType,
        .phone, .email,
    ]
}

extension SchoolError.Code {
    /// No report, or no version of it, has this name.
    public static let reportUnknown = Self(rawValue: "reportUnknown")
}
