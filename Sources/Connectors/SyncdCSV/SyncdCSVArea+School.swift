import School

/// The files about schools, their classes, staff and calendar.
extension SyncdCSVArea {
    private static func slot(_ group: DataGroup) -> RowSlot { RowSlot(group: group) }

    static let bases = SyncdCSVArea(
        "bases",
        .base,
        [
            .required("base", form: .key, .key, .base),
            .required("name", form: .line, .field(.name, slot(.baseDetails))),
            .park("laestab", .laestab, .dfeNumber, slot(.baseDetails)),
            .park("urn", .urn, .urn, slot(.baseDetails)),
            .park("year_low", .curriculumYear, .gradeLow, slot(.baseDetails)),
            .park("year_high", .curriculumYear, .gradeHigh, slot(.baseDetails)),
            .park("head_name", .line, .principalName, slot(.baseDetails)),
            .optional("head_email", form: .email, onFault: .keepValue, .field(.principalEmail, slot(.baseDetails))),
        ]
    )

    static let terms = SyncdCSVArea(
        "terms",
        .term,
        [
            .required("base", form: .key, .key, .base, .reference(.base)),
            .required("term_key", form: .key, .key),
            .required("name", form: .line, .field(.termName, slot(.termDetails))),
            .required("type", form: .code(.termType), .field(.termType, slot(.termDetails))),
            .required("start", form: .isoDate, .field(.termStart, slot(.termDetails))),
            .required("end", form: .isoDate, .field(.termEnd, slot(.termDetails))),
            .park("school_year", .integer(1900...2999), .schoolYear, slot(.termDetails)),
        ],
        rules: [SyncdCSVRules.period("start", "end")]
    )

    static let classes = SyncdCSVArea(
        "classes",
        .class,
        [
            .required("base", form: .key, .base, .reference(.base)),
            .required("class_key", form: .key, .key),
            .required("name", form: .line, .field(.name, slot(.classDetails))),
            .required("type", form: .code(.classType), .field(.classType, slot(.classDetails))),
            .park("code", .line, .code, slot(.classDetails)),
            .park("subject", .line, .subject, slot(.classDetails)),
            .park("year_group", .curriculumYear, .grade, slot(.classDetails)),
            .park("term_key", .key, .termKey, slot(.classDetails)),
        ]
    )

    static let staff = SyncdCSVArea(
        "staff",
        .teacher,
        [
            .required("base", form: .key, .base, .reference(.base)),
            .required("staff_key", form: .key, .key),
            .required("surname", form: .line, .field(.surname, slot(.staffDetails))),
            .required("forename", form: .line, .field(.forename, slot(.staffDetails))),
            .park("middle_names", .line, .middleNames, slot(.staffDetails)),
            .park("title", .line, .title, slot(.staffDetails)),
            .park("sex", .capitals(1...1), .sex, slot(.staffDetails)),
            .park("staff_number", .line, .teacherNumber, slot(.staffDetails)),
            .park("role", .line, .role, slot(.staffDetails)),
            .park("role_start", .isoDate, .roleStart, slot(.staffDetails)),
            .park("role_end", .isoDate, .roleEnd, slot(.staffDetails)),
            .optional("email", form: .email, onFault: .keepValue, .field(.email, slot(.staffDetails))),
            .park("qualification", .line, .qualification, slot(.staffDetails)),
        ],
        rules: [SyncdCSVRules.period("role_start", "role_end")]
    )

    static let classMemberships = SyncdCSVArea(
        "class-memberships",
        .enrolment,
        [
            .required("class_key", form: .key, .key, .reference(.class), .field(.classKey, slot(.classMembership))),
            .required("pupil_key", form: .key, .key, .reference(.pupil)),
        ]
    )

    static let classStaff = SyncdCSVArea(
        "class-staff",
        .teaching,
        [
            .required("class_key", form: .key, .key, .reference(.class), .field(.classKey, slot(.teachingAssignment))),
            .required(
                "staff_key",
                form: .key,
                .key,
                .reference(.teacher),
                .field(.memberKey, slot(.teachingAssignment))
            ),
            .park("role", .line, .memberRole, slot(.teachingAssignment)),
        ]
    )

    static let calendar = SyncdCSVArea(
        "calendar",
        .session,
        [
            .required("base", form: .key, .key, .base, .reference(.base)),
            .required("date", form: .isoDate, .key, .field(.sessionDate, slot(.calendar))),
            .required("session", form: .code(.sessionHalf), .key, .field(.sessionHalf, slot(.calendar))),
            .required("open", form: .boolean, .field(.sessionOpen, slot(.calendar))),
        ]
    )

    static let attendanceMarks = SyncdCSVArea(
        "attendance-marks",
        .mark,
        [
            .required("pupil_key", form: .key, .key, .reference(.pupil)),
            .required("base", form: .key, .key, .base, .reference(.base)),
            .required("date", form: .isoDate, .key, .field(.sessionDate, slot(.attendance))),
            .required("session", form: .code(.sessionHalf), .key, .field(.sessionHalf, slot(.attendance))),
            .required("mark", form: .line, .field(.mark, slot(.attendance))),
            .park("minutes_late", .integer(0...600), .minutesLate, slot(.attendance)),
            .park("comment", .line, .markComment, slot(.attendance)),
            .park("former_mark", .line, .formerMark, slot(.attendance)),
            .park("amendment_reason", .line, .amendmentReason, slot(.attendance)),
            .park("amended_on", .isoDate, .amendedOn, slot(.attendance)),
            .park("amended_by", .line, .amendedBy, slot(.attendance)),
            .park("amender_post", .line, .amenderPost, slot(.attendance)),
        ],
        rules: [
            SyncdCSVRules.markOfItsDay, SyncdCSVRules.minutesWithLate, SyncdCSVRules.commentLength,
            SyncdCSVRules.wholeAmendment,
        ]
    )
}

extension Column {
    /// A column that may be empty, whose faults park the row, and that fills one field.
    static func park(_ name: String, _ form: ValueForm, _ field: Field, _ slot: RowSlot) -> Column {
        .optional(name, form: form, onFault: .parkRow, .field(field, slot))
    }
}
