import School

/// The files about pupils. Those with several rows a pupil are read as runs.
extension SyncdCSVArea {
    private static let key = Column.required("pupil_key", form: .key, .key, .reference(.pupil))

    static func pupils(producedOn: CalendarDate) -> SyncdCSVArea {
        let slot = RowSlot(group: .basicDetails)
        func number(_ name: String, _ form: ValueForm, _ field: Field) -> Column {
            .optional(name, form: form, onFault: .dropValue, .field(field, slot))
        }
        return SyncdCSVArea(
            "pupils",
            .pupil,
            [
                .required("base", form: .key, .base, .reference(.base)),
                .required("pupil_key", form: .key, .key),
                .required("surname", form: .line, .field(.surname, slot)),
                .required("forename", form: .line, .field(.forename, slot)),
                .required("birth_date", form: .isoDate, .field(.birthDate, slot)),
                .required("sex", form: .capitals(1...1), .field(.sex, slot)),
                number("upn", .upn, .upn), number("former_upn", .formerUPN, .formerUPN),
                .park("no_upn_reason", .code(.noUPNReason), .noUPNReason, slot),
                number("uln", .uln, .uln),
                .park("uci", .line, .uci, slot),
                .park("middle_names", .line, .middleNames, slot),
                .park("preferred_surname", .line, .preferredSurname, slot),
                .park("preferred_forename", .line, .preferredForename, slot),
                .park("former_surname", .line, .formerSurname, slot),
                .park("former_forename", .line, .formerForename, slot),
                .park("title", .line, .title, slot),
                .park("admission_number", .line, .admissionNumber, slot),
                .park("birth_place", .line, .birthPlace, slot),
            ],
            rules: [SyncdCSVRules.upnOrReason, SyncdCSVRules.born(by: producedOn)]
        )
    }

    static let registrations: SyncdCSVArea = {
        let slot = RowSlot(group: .registration)
        return SyncdCSVArea(
            "registrations",
            .registration,
            [
                .required("base", form: .key, .base, .reference(.base)), key,
                .required("status", form: .code(.enrolmentStatus), .field(.enrolmentStatus, slot)),
                .required("entry_date", form: .isoDate, .field(.entryDate, slot)),
                .park("year_group", .curriculumYear, .yearGroup, slot),
                .park("registration_group", .line, .registrationGroup, slot),
                .park("house", .line, .house, slot),
                .park("leaving_date", .isoDate, .leavingDate, slot),
                .park("leaving_reason", .line, .leavingReason, slot),
                .park("boarder", .code(.boarder), .boarder, slot),
                .park("part_time", .boolean, .partTime, slot),
            ],
            rules: [SyncdCSVRules.period("entry_date", "leaving_date")],
            shape: .runs { [$0[.entryDate] ?? ""] }
        )
    }()

    static let characteristics: SyncdCSVArea = {
        let slot = RowSlot(group: .characteristics)
        func language(_ number: Int) -> [Column] {
            let slot = RowSlot(group: .characteristics, section: 1, place: number, essential: .language)
            return [
                .park("language_\(number)_type", .capitals(1...1), .languageType, slot),
                .park("language_\(number)", .capitals(3...4), .language, slot),
            ]
        }
        return SyncdCSVArea(
            "characteristics",
            .pupil,
            [
                key, .park("ethnicity", .capitals(4...4), .ethnicity, slot),
                .park("ethnicity_source", .capitals(1...1), .ethnicitySource, slot),
            ] + language(1) + language(2) + [
                .park("medical_flag", .boolean, .medicalFlag, slot),
                .optional(
                    "disabilities",
                    form: .codeList(.disability),
                    onFault: .parkRow,
                    .rows(.disability, RowSlot(group: .characteristics, section: 2), separator: ";")
                ),
                .park("service_child", .code(.serviceChild), .serviceChild, slot),
            ]
        )
    }()

    static let sen: SyncdCSVArea = {
        let provision = RowSlot(group: .sen)
        let need = RowSlot(group: .sen, section: 1)
        return SyncdCSVArea(
            "sen",
            .pupil,
            [
                key, .park("provision", .code(.senProvision), .senProvision, provision),
                .park("start", .isoDate, .senStart, provision), .park("end", .isoDate, .senEnd, provision),
                .park("need_type", .code(.senNeed), .senType, need),
                .park("need_rank", .integer(1...9), .senRank, need),
            ],
            rules: [SyncdCSVRules.provisionOrNeed, SyncdCSVRules.period("start", "end")],
            // Provisions have a start and come first; needs have a rank.
            shape: .runs { [$0[.senStart] == nil ? "1" : "0", $0[.senStart] ?? $0[.senRank] ?? ""] }
        )
    }()

    static let fsm: SyncdCSVArea = {
        let slot = RowSlot(group: .fsm)
        return SyncdCSVArea(
            "fsm",
            .pupil,
            [
                key, .required("start", form: .isoDate, .field(.fsmStart, slot)),
                .park("end", .isoDate, .fsmEnd, slot), .park("country", .code(.ukCountry), .fsmCountry, slot),
                .park("review_date", .isoDate, .fsmReviewDate, slot),
                .park("category", .code(.fsmCategory), .fsmCategory, slot),
            ],
            rules: [SyncdCSVRules.period("start", "end")],
            shape: .runs { [$0[.fsmStart] ?? ""] }
        )
    }()

    static let lookedAfter: SyncdCSVArea = {
        let slot = RowSlot(group: .lookedAfter)
        return SyncdCSVArea(
            "looked-after",
            .pupil,
            [
                key, .required("in_care", form: .boolean, .field(.inCare, slot)),
                .park("care_authority", .localAuthority, .careAuthority, slot),
            ]
        )
    }()

    static let protection: SyncdCSVArea = {
        let slot = RowSlot(group: .protection)
        return SyncdCSVArea(
            "protection",
            .pupil,
            [
                key, .safeguard("restricted_address", isRequired: true, .restrictedAddress, slot),
                .safeguard("adopted", .adopted, slot),
            ]
        )
    }()

    static let results: SyncdCSVArea = {
        let slot = RowSlot(group: .attainment)
        return SyncdCSVArea(
            "results",
            .pupil,
            [
                key, .required("stage", form: .line, .field(.assessmentStage, slot)),
                .park("locale", .line, .assessmentLocale, slot),
                .park("year", .integer(1900...2999), .assessmentYear, slot),
                .required("subject", form: .line, .field(.assessmentSubject, slot)),
                .park("method", .line, .assessmentMethod, slot), .park("component", .line, .assessmentComponent, slot),
                .park("status", .line, .resultStatus, slot), .park("qualifier", .line, .resultQualifier, slot),
                .required("result", form: .line, .field(.result, slot)),
            ],
            shape: .runs { row in
                [
                    .assessmentStage, .assessmentYear, .assessmentSubject, .assessmentMethod, .assessmentComponent,
                    .result,
                ].map { row[$0] ?? "" }
            }
        )
    }()

    static let pupilContacts: SyncdCSVArea = {
        let slot = RowSlot(group: .contacts)
        return SyncdCSVArea(
            "pupil-contacts",
            .pupil,
            [
                key, .required("contact_key", form: .key, .reference(.contact), .field(.contactKey, slot)),
                .required("priority", form: .integer(1...999), .field(.contactOrder, slot)),
                .required("relationship", form: .code(.relationship), .field(.relationship, slot)),
                .required("parental_responsibility", form: .boolean, .field(.parentalResponsibility, slot)),
                .safeguard("court_order", .courtOrder, slot),
                .safeguard("no_contact", .noContact, slot),
                .park("correspondence", .boolean, .correspondence, slot),
                .park("pupil_report", .boolean, .pupilReport, slot),
                .park("address_as_pupil", .boolean, .addressAsPupil, slot),
            ],
            shape: .runs { row in
                let order = row[.contactOrder] ?? ""
                return [String(repeating: "0", count: 3 - order.count) + order, row[.contactKey] ?? ""]
            },
            uniqueInRun: "contact_key"
        )
    }()
}
