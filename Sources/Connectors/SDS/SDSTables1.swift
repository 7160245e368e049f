import School

/// The files of School Data Sync version 1, with the headers of the US and the UK format.
///
/// `schemas/exchange/sds.md` shows the same tables to people; a test compares the two.
enum SDSTables1 {
    static let all = [school, section, teacher, student, studentEnrollment, teacherRoster]

    private static let base = RowSlot(group: .baseDetails)
    private static let group = RowSlot(group: .classDetails)
    private static let staff = RowSlot(group: .staffDetails)

    static let school = Table(
        file: "School.csv",
        kind: .base,
        columns: [
            .required("SIS ID", "DfE Number", form: .key, .key),
            .required("Name", form: .text, .field(.name, base)),
            .optional("School Number", form: .text, onFault: .dropValue, .field(.number, base)),
            .optional("School NCES_ID", form: .text, onFault: .dropValue, .field(.ncesID, base)),
            .optional("State ID", form: .text, onFault: .dropValue, .field(.stateID, base)),
            .optional("Grade Low", form: .grade, onFault: .dropValue, .field(.gradeLow, base)),
            .optional("Grade High", form: .grade, onFault: .dropValue, .field(.gradeHigh, base)),
            .optional("Principal SIS ID", form: .key, onFault: .dropValue, .field(.principalKey, base)),
            .optional("Principal Name", form: .text, onFault: .dropValue, .field(.principalName, base)),
            .optional("Principal Secondary Email", form: .email, onFault: .dropValue, .field(.principalEmail, base)),
            .optional("Address", form: .text, onFault: .dropValue, .field(.addressLine1, base)),
            .optional("City", form: .text, onFault: .dropValue, .field(.town, base)),
            .optional("State", form: .text, onFault: .dropValue, .field(.county, base)),
            .optional("Country", form: .text, onFault: .dropValue, .field(.country, base)),
            .optional("Zip", "Postal Code", form: .text, onFault: .dropValue, .field(.postcode, base)),
            .optional("Phone", form: .text, onFault: .dropValue, .field(.phone, base)),
            .optional("Zone", form: .text, onFault: .dropValue, .field(.zone, base)),
        ],
        unknownColumns: .noted
    )

    static let section = Table(
        file: "Section.csv",
        kind: .class,
        columns: [
            .required("SIS ID", "ID", form: .key, .key),
            .required("School SIS ID", "School DfE Number", form: .key, .base, .reference(.base)),
            .required("Section Name", form: .text, .field(.name, group)),
            .optional("Section Number", form: .text, onFault: .dropValue, .field(.number, group)),
            .optional("Term SIS ID", form: .key, onFault: .dropValue, .field(.termKey, group)),
            .optional("Term Name", form: .text, onFault: .dropValue, .field(.termName, group)),
            .optional("Term StartDate", form: .date, onFault: .dropValue, .field(.termStart, group)),
            .optional("Term EndDate", form: .date, onFault: .dropValue, .field(.termEnd, group)),
            .optional("Course SIS ID", form: .key, onFault: .dropValue, .field(.courseKey, group)),
            .optional("Course Name", form: .text, onFault: .dropValue, .field(.courseName, group)),
            .optional("Course Number", form: .text, onFault: .dropValue, .field(.courseNumber, group)),
            .optional("Course Description", form: .text, onFault: .dropValue, .field(.courseDescription, group)),
            .optional("Course Subject", form: .text, onFault: .dropValue, .field(.courseSubject, group)),
            .optional("Periods", form: .text, onFault: .dropValue, .field(.periods, group)),
            .optional("Status", form: .text, onFault: .dropValue, .field(.recordStatus, group)),
        ],
        unknownColumns: .noted
    )

    static let teacher = Table(
        file: "Teacher.csv",
        kind: .teacher,
        columns: [
            .required("SIS ID", "ID", form: .key, .key),
            .required("School SIS ID", "School DfE Number", form: .key, .base, .reference(.base)),
            .optional("First Name", form: .text, onFault: .dropValue, .field(.forename, staff)),
            .optional("Last Name", form: .text, onFault: .dropValue, .field(.surname, staff)),
            .optional("Username", form: .text, onFault: .dropValue, .field(.username, staff)),
            .readPast("Password"),
            .optional("State ID", form: .text, onFault: .dropValue, .field(.stateID, staff)),
            .optional("Teacher Number", form: .text, onFault: .dropValue, .field(.teacherNumber, staff)),
            .optional("Status", form: .text, onFault: .dropValue, .field(.recordStatus, staff)),
            .optional("Middle Name", form: .text, onFault: .dropValue, .field(.middleNames, staff)),
            .optional("Secondary Email", form: .email, onFault: .dropValue, .field(.secondaryEmail, staff)),
            .optional("Title", form: .text, onFault: .dropValue, .field(.title, staff)),
            .optional("Qualification", form: .text, onFault: .dropValue, .field(.qualification, staff)),
            .optional("Grade", form: .grade, onFault: .dropValue, .field(.grade, staff)),
        ],
        unknownColumns: .noted
    )

    static let studentEnrollment = Table(
        file: "StudentEnrollment.csv",
        kind: .enrolment,
        columns: [
            .required(
                "Section SIS ID",
                "Section ID",
                form: .key,
                .key,
                .reference(.class),
                .field(.classKey, RowSlot(group: .classMembership))
            ),
            .required("SIS ID", "ID", form: .key, .key, .reference(.pupil)),
        ],
        unknownColumns: .noted
    )

    static let teacherRoster = Table(
        file: "TeacherRoster.csv",
        kind: .teaching,
        columns: [
            .required(
                "Section SIS ID",
                "Section ID",
                form: .key,
                .key,
                .reference(.class),
                .field(.classKey, RowSlot(group: .teachingAssignment))
            ),
            .required("SIS ID", "ID", form: .key, .key, .reference(.teacher)),
        ],
        unknownColumns: .noted
    )
}
