import School

/// The files of School Data Sync versions 2 and 2.1 that are about things; `SDSUserTables` has those about people.
enum SDSTables2 {
    private static let base = RowSlot(group: .baseDetails)
    private static let term = RowSlot(group: .termDetails)
    private static let course = RowSlot(group: .courseDetails)
    private static let group = RowSlot(group: .classDetails)

    static let orgs = Table(
        file: "orgs.csv",
        kind: .base,
        columns: [
            .required("sourcedId", form: .key, .key),
            .required("name", form: .text, .field(.name, base)),
            .required("type", form: .text, .field(.orgType, base)),
            .optional("parentSourcedId", form: .key, onFault: .dropValue, .field(.parentKey, base)),
        ],
        unknownColumns: .noted
    )

    static let academicSessions = Table(
        file: "academicSessions.csv",
        kind: .term,
        columns: [
            .required("sourcedId", form: .key, .key),
            .required("title", form: .text, .field(.termName, term)),
            .required("type", form: .text, .field(.termType, term)),
            .required("schoolYear", form: .integer(1900...2999), .field(.schoolYear, term)),
            .required("startDate", form: .date, .field(.termStart, term)),
            .required("endDate", form: .date, .field(.termEnd, term)),
        ],
        unknownColumns: .noted
    )

    // Terms and courses that a row names are kept as keys and not asked to exist: a class without its course is still a
    // class, and parking it would park the pupils' memberships with it.
    static let courses = Table(
        file: "courses.csv",
        kind: .course,
        columns: [
            .required("sourcedId", form: .key, .key),
            .required("orgSourcedId", form: .key, .base, .reference(.base)),
            .required("title", form: .text, .field(.courseName, course)),
            .optional("code", form: .text, onFault: .dropValue, .field(.code, course)),
            .optional("schoolYearSourcedId", form: .key, onFault: .dropValue, .field(.termKey, course)),
            .optional("subject", form: .text, onFault: .dropValue, .field(.courseSubject, course)),
            .optional("grade", form: .text, onFault: .dropValue, .field(.grade, course)),
        ],
        unknownColumns: .noted
    )

    static let classes = Table(
        file: "classes.csv",
        kind: .class,
        columns: [
            .required("sourcedId", form: .key, .key),
            .required("orgSourcedId", form: .key, .base, .reference(.base)),
            .required("title", form: .text, .field(.name, group)),
            .optional(
                "sessionSourcedIds",
                form: .text,
                onFault: .dropValue,
                .repeated(.termKey, group, separator: ",")
            ),
            .optional("courseSourcedId", form: .key, onFault: .dropValue, .field(.courseKey, group)),
            .optional("code", form: .text, onFault: .dropValue, .field(.code, group)),
        ],
        unknownColumns: .noted
    )

    /// Members of classes: pupils make memberships, everybody else teaching.
    static func enrollments(as kind: EntityKind) -> Table {
        let slot = RowSlot(group: kind == .enrolment ? .classMembership : .teachingAssignment)
        return Table(
            file: "enrollments.csv",
            kind: kind,
            columns: [
                .required("classSourcedId", form: .key, .key, .reference(.class), .field(.classKey, slot)),
                .required("userSourcedId", form: .key, .key, .reference(kind == .enrolment ? .pupil : .teacher)),
                .required("role", form: .text, .field(.memberRole, slot)),
            ],
            unknownColumns: .noted
        )
    }

    /// The place of the role among the columns of members.
    static let memberRole = 2
}
