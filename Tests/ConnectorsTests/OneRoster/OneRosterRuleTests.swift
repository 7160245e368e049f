import School
import Testing

@testable import Connectors

/// A breach of one rule.
struct Bend: Sendable, CustomTestStringConvertible {
    /// What a lenient import makes of it.
    enum Leniency: Sendable {
        case refuses, parks, drops, passes
    }

    var rule: OneRosterRule
    /// Where a strict import sees it.
    var file: String
    var line: Int
    var field: String
    var leniency: Leniency
    var bend: @Sendable (inout OneRosterSet) -> Void

    init(
        _ rule: OneRosterRule,
        _ file: String,
        _ line: Int,
        _ field: String,
        _ leniency: Leniency,
        _ bend: @escaping @Sendable (inout OneRosterSet) -> Void
    ) {
        (self.rule, self.file, self.line, self.field) = (rule, file, line, field)
        (self.leniency, self.bend) = (leniency, bend)
    }

    var testDescription: String { "\(rule.rawValue) \(field)" }
}

@Suite("Rules of OneRoster")
struct OneRosterRuleTests {
    static let bends: [Bend] = [
        Bend(.manifestContent, "manifest.csv", 7, "file.classes", .refuses) { $0.properties["file.classes"] = "full" },
        Bend(.manifestContent, "manifest.csv", 24, "manifest.version", .refuses) { set in
            set.properties["manifest.version"] = "2.0"
        },
        Bend(.manifestProperty, "manifest.csv", 0, "file.results", .passes) {
            $0.properties.updateValue(nil, forKey: "file.results")
        },
        Bend(.manifestProperty, "manifest.csv", 25, "propertyName", .passes) { $0.properties["pets"] = "absent" },
        Bend(.manifestAgrees, "courses.csv", 0, "", .refuses) { $0.properties["file.courses"] = "absent" },
        Bend(.manifestAgrees, "results.csv", 0, "", .refuses) { $0.properties["file.results"] = "bulk" },
        Bend(.oneMode, "manifest.csv", 0, "", .refuses) { $0.properties["file.courses"] = "delta" },
        Bend(.knownFiles, "notes.csv", 0, "", .passes) { $0.texts["notes.csv"] = "a,b\n" },
        Bend(.fileName, "Courses.csv", 0, "", .passes) { set in
            set.texts["Courses.csv"] = set.text(.courses)
            set.rows[.courses] = nil
            set.properties["file.courses"] = "bulk"
        },
        Bend(.rolesWithUsers, "users.csv", 0, "", .refuses) { $0.rows[.roles] = nil },
        Bend(.csv, "courses.csv", 3, "", .refuses) { $0.texts["courses.csv"] = $0.text(.courses) + "\"open" },
        Bend(.csv, "courses.csv", 1, "", .refuses) {
            $0.texts["courses.csv"] = $0.text(.courses).replacing("title", with: "")
        },
        Bend(.neededColumn, "classes.csv", 1, "title", .refuses) { set in
            set.texts["classes.csv"] = set.text(.classes).replacing("title", with: "heading")
        },
        Bend(.columnMissing, "classes.csv", 1, "location", .passes) { set in
            set.texts["classes.csv"] = set.text(.classes).replacing("location", with: "metadata.room")
        },
        Bend(.columnName, "classes.csv", 1, "classType", .passes) { set in
            set.texts["classes.csv"] = set.text(.classes).replacing("classType", with: "ClassType")
        },
        Bend(.columnOrder, "orgs.csv", 1, "", .passes) { set in
            set.texts["orgs.csv"] = set.text(.orgs).split(separator: "\r\n").map { line in
                let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                return ([cells[0], cells[2], cells[1]] + cells[3...]).joined(separator: ",")
            }.joined(separator: "\r\n")
        },
        Bend(.columnOrder, "orgs.csv", 1, "column 2", .passes) { set in
            set.texts["orgs.csv"] = set.text(.orgs).split(separator: "\r\n").enumerated().map { index, line in
                let cells = line.split(separator: ",", omittingEmptySubsequences: false)
                return ([cells[0], index == 0 ? "metadata.x" : "1"] + cells[1...]).joined(separator: ",")
            }.joined(separator: "\r\n")
        },
        Bend(.columnUnknown, "classes.csv", 1, "column 15", .passes) { set in
            set.texts["classes.csv"] = set.text(.classes).split(separator: "\r\n").map { $0 + ",pets" }
                .joined(separator: "\r\n")
        },
        Bend(.hasRows, "courses.csv", 1, "", .passes) { set in
            set.rows[.courses] = []
            set.set(.classes, 0, "courseSourcedId", "c1")
        },
        Bend(.fieldCount, "courses.csv", 2, "", .parks) {
            $0.texts["courses.csv"] = $0.text(.courses).replacing("c1,", with: "c1,,")
        },
        Bend(.neededValue, "users.csv", 3, "familyName", .parks) { $0.set(.users, 1, "familyName", "") },
        Bend(.blankValue, "users.csv", 3, "username", .passes) { $0.set(.users, 1, "username", "") },
        Bend(.statusInBulk, "orgs.csv", 2, "status", .passes) { $0.set(.orgs, 0, "status", "active") },
        Bend(.statusInBulk, "orgs.csv", 2, "dateLastModified", .passes) {
            $0.set(.orgs, 0, "dateLastModified", "2025-09-01T00:00:00.000Z")
        },
        Bend(.statusValue, "courses.csv", 2, "status", .parks) { $0.set(.courses, 0, "status", "gone") },
        Bend(.uniqueID, "enrollments.csv", 4, "sourcedId", .passes) { set in
            let first = set.rows[.enrollments]?[0] ?? [:]
            set.rows[.enrollments]?.append(first)
        },
        Bend(.idForm, "enrollments.csv", 2, "sourcedId", .passes) { $0.set(.enrollments, 0, "sourcedId", "e 1") },
        Bend(.impersonalID, "users.csv", 7, "sourcedId", .passes) { set in
            set.rows[.users]?.append([
                "sourcedId": OneRosterSet.upn, "enabledUser": "true", "username": "x", "givenName": "X",
                "familyName": "Y",
            ])
            set.rows[.roles]?.append(OneRosterSet.role("r9", OneRosterSet.upn, "student", "s1"))
        },
        Bend(.dateTimeForm, "orgs.csv", 2, "dateLastModified", .passes) {
            $0.set(.orgs, 0, "dateLastModified", "2025-09-01")
        },
        Bend(.dateForm, "demographics.csv", 2, "birthDate", .passes) {
            $0.set(.demographics, 0, "birthDate", "2017-10-02T00:00:00.000Z")
        },
        Bend(.dateForm, "demographics.csv", 2, "birthDate", .drops) {
            $0.set(.demographics, 0, "birthDate", "02/10/2017")
        },
        Bend(.dateForm, "academicSessions.csv", 3, "startDate", .parks) {
            $0.set(.academicSessions, 1, "startDate", "01/09/2025")
        },
        Bend(.period, "academicSessions.csv", 3, "endDate", .parks) {
            $0.set(.academicSessions, 1, "endDate", "2025-09-01")
        },
        Bend(.booleanForm, "users.csv", 2, "enabledUser", .passes) { $0.set(.users, 0, "enabledUser", "TRUE") },
        Bend(.booleanForm, "users.csv", 2, "enabledUser", .drops) { $0.set(.users, 0, "enabledUser", "1") },
        Bend(.codeSpelling, "classes.csv", 2, "classType", .passes) { $0.set(.classes, 0, "classType", "Homeroom") },
        Bend(.codeKnown, "classes.csv", 2, "classType", .parks) { $0.set(.classes, 0, "classType", "club") },
        Bend(.codeKnown, "demographics.csv", 2, "sex", .drops) { $0.set(.demographics, 0, "sex", "girl") },
        Bend(.noReturn, "orgs.csv", 2, "name", .passes) { $0.set(.orgs, 0, "name", "Westmere\r\nCouncil") },
        Bend(.valueForm, "users.csv", 2, "userIds", .drops) { $0.set(.users, 0, "userIds", "UPN:1") },
        Bend(.valueForm, "users.csv", 6, "email", .drops) { $0.set(.users, 4, "email", "una") },
        Bend(.reference, "classes.csv", 2, "courseSourcedId", .passes) { $0.set(.classes, 0, "courseSourcedId", "c9") },
        Bend(.reference, "orgs.csv", 3, "parentSourcedId", .passes) { $0.set(.orgs, 1, "parentSourcedId", "la9") },
        Bend(.reference, "demographics.csv", 2, "sourcedId", .parks) { $0.set(.demographics, 0, "sourcedId", "p9") },
        Bend(.schoolOrg, "classes.csv", 2, "schoolSourcedId", .passes) { set in
            set.set(.classes, 0, "schoolSourcedId", "la")
            set.rows[.enrollments] = nil
        },
        Bend(.sameSchool, "enrollments.csv", 2, "schoolSourcedId", .passes) {
            $0.set(.enrollments, 0, "schoolSourcedId", "s2")
        },
    ]

    @Test("a sound package has no defect", arguments: [OneRosterSet.bulk(), OneRosterSet.bulk11()])
    func sound(set: OneRosterSet) throws {
        #expect(try set.defects() == [])
        #expect(try set.read().items.issues == [])
        #expect(try set.read(lenient: true).source.waived == [])
    }

    @Test("every rule is broken by a test, save the one for archives alone")
    func complete() {
        #expect(Set(OneRosterRule.allCases).subtracting(Self.bends.map(\.rule)) == [.filesAtRoot])
    }

    @Test("a strict import refuses a breach with file, line, field and rule", arguments: bends)
    func strict(bend: Bend) throws {
        var set = OneRosterSet.bulk()
        bend.bend(&set)
        let defects = try set.defects()
        let found = defects.filter { $0.reason.hasSuffix("[\(bend.rule.rawValue)]") }
        #expect(
            found.contains { ($0.file, $0.line, $0.field) == (bend.file, bend.line, bend.field) },
            "\(defects)"
        )
    }

    @Test("a lenient import waives what can be waived, and tells the rest", arguments: bends)
    func lenient(bend: Bend) throws {
        var set = OneRosterSet.bulk()
        bend.bend(&set)
        if bend.leniency == .refuses {
            #expect(throws: SourceError(.defects, file: "", "")) { try set.read(lenient: true) }
            return
        }
        let (source, items) = try set.read(lenient: true)
        let waived = source.waived.first { $0.name == bend.rule.rawValue }
        #expect((waived != nil) == (bend.rule.waiver != nil && (bend.leniency == .passes || bend.rule == .reference)))
        let told = items.issues.filter { $0.file == bend.file && $0.line == bend.line }
        switch bend.leniency {
        case .parks: #expect(told.contains { $0.effect == .parked && $0.key != nil }, "\(told)")
        case .drops: #expect(told.contains { $0.effect == .noted && $0.reason.contains("left out") }, "\(told)")
        default: #expect(!told.contains { $0.effect == .parked }, "\(told)")
        }
    }

    @Test("all breaches are told at once, and none names a value")
    func all() throws {
        var set = OneRosterSet.bulk()
        set.set(.users, 0, "enabledUser", "TRUE")
        set.set(.users, 1, "familyName", "")
        set.set(.demographics, 0, "birthDate", "secret")
        set.set(.classes, 0, "courseSourcedId", "secret")
        let defects = try set.defects()
        #expect(defects.map(\.file) == ["classes.csv", "users.csv", "users.csv", "demographics.csv"])
        #expect(!defects.contains { $0.reason.contains("secret") })
    }

    @Test("counts of waived rules are of breaches")
    func counts() throws {
        var set = OneRosterSet.bulk()
        for row in 0..<5 { set.set(.users, row, "enabledUser", "TRUE") }
        set.set(.classes, 0, "classType", "Homeroom")
        let waived = try set.read(lenient: true).source.waived
        #expect(waived.map(\.name) == ["boolean-form", "code-spelling"])
        #expect(waived.map(\.count) == [5, 1])
    }

    @Test("a delta needs a state and a time; inactive is a state of 1.0")
    func states() throws {
        let person = ["sourcedId": "p1", "enabledUser": "true", "username": "a", "givenName": "A", "familyName": "B"]
        for status in ["", "inactive", "Active"] {
            var set = OneRosterSet.delta([.users: [person], .roles: [OneRosterSet.role("r", "p1", "student", "s1")]])
            set.set(.users, 0, "status", status)
            #expect(try set.defects().map(\.field) == ["status"])
            #expect(try set.read(lenient: true).items.parked.contains { $0.field == "status" })
        }
        var set = OneRosterSet.delta([.users: [person], .roles: [OneRosterSet.role("r", "p1", "student", "s1")]])
        set.set(.users, 0, "dateLastModified", "")
        #expect(try set.defects().map(\.field) == ["dateLastModified"])
        #expect(try set.read(lenient: true).source.waived.map(\.name) == ["blank-value"])
    }
}
