import School

// Memberships, and the classes, courses and sessions that they depend on: all of them are in the package.
extension OneRosterWriter {
    /// Adds a membership and what it depends on.
    mutating func add(_ membership: OneRosterMembership, of pupil: String) {
        add(membership.schoolClass)
        rows.add(.enrollments, membership.id, values(membership, of: pupil))
    }

    /// Says that a membership is to be deleted, and its class where that is gone.
    mutating func delete(_ membership: OneRosterMembership, of pupil: String) {
        rows.delete(.enrollments, membership.id, values(membership, of: pupil))
        guard membership.isOfFormerClass else { return }
        let schoolClass = membership.schoolClass
        rows.delete(.classes, schoolClass.details.id, values(schoolClass))
    }

    private func values(_ membership: OneRosterMembership, of pupil: String) -> [String: String] {
        let row = membership.row
        let period = OneRosterWords.period(row[.roleStart], row[.roleEnd] ?? "")
        return [
            "classSourcedId": membership.schoolClass.details.id, "schoolSourcedId": org, "userSourcedId": pupil,
            "role": "student", "primary": row[.primaryRole] ?? "", "beginDate": period.begin, "endDate": period.end,
        ]
    }

    private mutating func add(_ schoolClass: OneRosterClass) {
        for session in sessions(of: schoolClass) { rows.add(.academicSessions, session.id, session.values) }
        rows.add(.courses, courseID(schoolClass), course(schoolClass))
        rows.add(.classes, schoolClass.details.id, values(schoolClass))
    }

    private func values(_ schoolClass: OneRosterClass) -> [String: String] {
        let details = schoolClass.details
        return [
            "title": title(details), "grades": details.all(.grade).joined(separator: ","),
            "courseSourcedId": courseID(schoolClass), "classCode": details[.code],
            "classType": details[.classType] == "registration" ? "homeroom" : "scheduled", "schoolSourcedId": org,
            "termSourcedIds": sessions(of: schoolClass).map(\.id).joined(separator: ","),
            "subjects": details.all(.subject).joined(separator: ","),
            "periods": details.all(.periods).joined(separator: ","),
        ]
    }

    private func title(_ details: OneRosterClass.Thing) -> String {
        [details[.name], details[.code]].first { !$0.isEmpty } ?? OneRosterWords.noName
    }

    private func courseID(_ schoolClass: OneRosterClass) -> String {
        schoolClass.course?.id ?? idOf("course", [schoolClass.details.id])
    }

    /// The class's course; where the school's system has none, one of the class's own, since the standard requires it.
    private func course(_ schoolClass: OneRosterClass) -> [String: String] {
        let (details, course) = (schoolClass.details, schoolClass.course)
        let names = [course?[.courseName], details[.courseName], details[.subject], title(details)]
        return [
            "title": names.compactMap(\.self).first { !$0.isEmpty } ?? OneRosterWords.noName,
            "courseCode": course?[.code] ?? details[.courseNumber],
            "grades": (course ?? details).all(.grade).joined(separator: ","), "orgSourcedId": org,
            "subjects": course?.all(.courseSubject).joined(separator: ",")
                ?? details.all(.subject).joined(separator: ","),
        ]
    }

    /// The class's terms; where none is known, the academic year of the run, since the standard requires one.
    private func sessions(of schoolClass: OneRosterClass) -> [(id: String, values: [String: String])] {
        let known = schoolClass.terms.filter { !$0[.termStart].isEmpty && !$0[.termEnd].isEmpty }
        guard known.isEmpty else { return known.map { ($0.id, session($0)) } }
        let year = OneRosterWords.academicYear(header.day)
        let values = [
            "title": "\(year)/\(year + 1)", "type": "schoolYear", "startDate": "\(year)-09-01",
            "endDate": "\(year + 1)-09-01", "schoolYear": "\(year + 1)",
        ]
        return [(idOf("year", ["\(year)"]), values)]
    }

    private func session(_ term: OneRosterClass.Thing) -> [String: String] {
        let words = ["year": "schoolYear", "half_term": "gradingPeriod"]
        let known = ["gradingPeriod", "semester", "schoolYear", "term"]
        let word = words[term[.termType]] ?? term[.termType]
        return [
            "title": term[.termName].isEmpty ? OneRosterWords.noName : term[.termName],
            "type": known.contains(word) ? word : "term", "startDate": term[.termStart],
            "endDate": OneRosterWords.dayAfter(term[.termEnd]),
            // The year in which the school year ends.
            "schoolYear": "\(OneRosterWords.academicYear(term[.termStart]) + 1)",
        ]
    }
}
