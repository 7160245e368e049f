import School

/// Records of organisations, sessions, courses, classes, and of who is in a class.
extension OneRosterSource {
    /// Hands out what a row of one of the four files about things says.
    func thing(_ row: OneRosterRow, of file: OneRosterFile, _ receive: (SourceItem) throws -> Void) throws {
        switch file {
        case .orgs: try org(row, receive)
        case .academicSessions: try session(row, receive)
        case .courses: try course(row, receive)
        default: try schoolClass(row, receive)
        }
    }

    private func org(_ row: OneRosterRow, _ receive: (SourceItem) throws -> Void) throws {
        guard row.state == .active else {
            let reason = "is told as deleted: a school does not go by an import, its people go by their own rows"
            return try receive(.issue(Self.issue(row, in: .orgs, "status", reason, parks: false)))
        }
        guard orgs.isBase(row.id) else { return }
        var content = OneRosterContent()
        let (number, fault) = Self.number(row)
        if let fault { try receive(.issue(Self.issue(row, in: .orgs, "identifier", fault, parks: false))) }
        content.add(
            .baseDetails,
            row,
            ["name": .name, "type": .orgType, "parentSourcedId": .parentKey],
            entries: number,
            unknown: row.isUnknown("identifier") ? [.dfeNumber, .number] : []
        )
        try receive(.record(record(.base, row, base: row.id, [.baseDetails], content)))
    }

    /// The number of an organisation: a school's DfE number, an authority's three digits (conventions 1.5).
    private static func number(_ row: OneRosterRow) -> ([FieldRow.Entry], fault: String?) {
        let text = row["identifier"]
        guard !text.isEmpty else { return ([], nil) }
        switch row["type"] {
        case "school":
            if let number = try? LAESTAB(text) { return ([.init(.dfeNumber, number.description)], nil) }
            if let number = try? URN(text) { return ([.init(.urn, number.description)], nil) }
            return ([.init(.number, text)], "is no DfE number of seven digits: it is kept as the school's own number")
        case "local":
            if let number = try? LocalAuthority(text) { return ([.init(.number, number.description)], nil) }
            return ([.init(.number, text)], "is no authority's number of three digits: it is kept as it stands")
        default: return ([.init(.number, text)], nil)
        }
    }

    private func session(_ row: OneRosterRow, _ receive: (SourceItem) throws -> Void) throws {
        guard row.state == .active else { return try delete([.term], row, receive) }
        var content = OneRosterContent()
        // The standard's end is the first day after, ours the last one.
        let end = CalendarDate(iso: row["endDate"]).flatMap { CalendarDate(dayNumber: $0.dayNumber - 1) }
        content.add(
            .termDetails,
            row,
            ["title": .termName, "type": .termType, "startDate": .termStart, "schoolYear": .schoolYear],
            entries: [.init(.termEnd, end?.description ?? "")]
        )
        try receive(.record(record(.term, row, base: nil, [.termDetails], content)))
    }

    private func course(_ row: OneRosterRow, _ receive: (SourceItem) throws -> Void) throws {
        guard row.state == .active else { return try delete([.course], row, receive) }
        var content = OneRosterContent()
        content.add(
            .courseDetails,
            row,
            ["title": .courseName, "courseCode": .code, "schoolYearSourcedId": .termKey, "subjects": .courseSubject],
            entries: row.list("grades").map { .init(.grade, Self.year($0)) },
            unknown: row.isUnknown("grades") ? [.grade] : []
        )
        let base = row["orgSourcedId"].isEmpty ? nil : orgs.base(of: row["orgSourcedId"])
        let references = base.map { [SourceRecord.Reference(kind: .base, key: $0, field: "orgSourcedId")] } ?? []
        try receive(.record(record(.course, row, base: base, [.courseDetails], content, references)))
    }

    private func schoolClass(_ row: OneRosterRow, _ receive: (SourceItem) throws -> Void) throws {
        guard row.state == .active else { return try delete([.class], row, receive) }
        let types = ["homeroom": "registration", "scheduled": "teaching"]
        let base = orgs.base(of: row["schoolSourcedId"])
        var content = OneRosterContent()
        content.add(
            .classDetails,
            row,
            [
                "title": .name, "courseSourcedId": .courseKey, "classCode": .code, "subjects": .subject,
                "periods": .periods,
            ],
            entries: [.init(.classType, types[row["classType"]] ?? row["classType"])]
                + row.list("termSourcedIds").map { .init(.termKey, $0) }
                + row.list("grades").map { .init(.grade, Self.year($0)) },
            unknown: (row.isUnknown("grades") ? [.grade] : []) + (row.isUnknown("termSourcedIds") ? [.termKey] : [])
        )
        let references = [SourceRecord.Reference(kind: .base, key: base, field: "schoolSourcedId")]
        try receive(.record(record(.class, row, base: base, [.classDetails], content, references)))
    }

    /// A pupil in a class, or a member of staff who takes it.
    func membership(_ row: OneRosterRow, _ receive: (SourceItem) throws -> Void) throws {
        let isPupil = row["role"] == "student"
        let kind = isPupil ? EntityKind.enrolment : .teaching
        guard row.state == .active else {
            return try delete(row["role"].isEmpty ? [.enrolment, .teaching] : [kind], row, receive)
        }
        let group = isPupil ? DataGroup.classMembership : .teachingAssignment
        var content = OneRosterContent()
        content.add(
            group,
            row,
            ["role": .memberRole, "primary": .primaryRole, "beginDate": .roleStart, "endDate": .roleEnd],
            entries: [.init(.classKey, row["classSourcedId"]), .init(.memberKey, row["userSourcedId"])]
        )
        let person = isPupil ? EntityKind.pupil : .teacher
        let references = [
            SourceRecord.Reference(kind: person, key: row["userSourcedId"], field: "userSourcedId"),
            SourceRecord.Reference(kind: .class, key: row["classSourcedId"], field: "classSourcedId"),
        ]
        try receive(.record(record(kind, row, base: nil, [group], content, references)))
    }

    /// Hands out that a record was deleted, whichever of these kinds it is.
    func delete(_ kinds: [EntityKind], _ row: OneRosterRow, _ receive: (SourceItem) throws -> Void) throws {
        for kind in kinds { try receive(.deletion(kind: kind, key: row.id, groups: [], origin: row.origin)) }
    }

    func record(
        _ kind: EntityKind,
        _ row: OneRosterRow,
        base: String?,
        _ groups: [DataGroup],
        _ content: OneRosterContent,
        _ references: [SourceRecord.Reference] = []
    ) -> SourceRecord {
        SourceRecord(
            kind: kind,
            key: row.id,
            base: base,
            groups: content.contents(groups),
            dropped: content.dropped(from: groups),
            references: references,
            origin: row.origin
        )
    }

    /// A year as the national curriculum writes it, where it is one of its years.
    static func year(_ text: String) -> String {
        let year = Int(text).map(String.init) ?? text.uppercased()
        return CurriculumYear(rawValue: year)?.rawValue ?? text
    }
}
