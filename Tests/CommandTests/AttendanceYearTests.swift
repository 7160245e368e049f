import Foundation
import SampleData
import School
import Testing

@testable import Commands

/// A whole year of marks of a school of 420 pupils, judged by a naive reckoning (issue 8).
@Suite struct AttendanceYearTests {
    /// A session of the calendar.
    private struct Session: Hashable {
        var day: String
        var half: String
    }

    /// The marks as they are told, and what they must come to.
    private struct Year {
        let files: CSVFolder
        let pupils: [String]
        let sessions: [Session]
        private(set) var changed: [Int: String] = [:]
        /// The session whose register is corrected.
        let corrected = 200

        init(in folder: String) throws {
            let today = try #require(CalendarDate(iso: LondonTime.day(Surroundings.ofProcess().now())))
            let start = try #require(CivilDate("\(AcademicYear(of: today).start - 1)-09-01"))
            let plan = SampleData(schools: 1, days: 1, seed: 11, start: start, pupils: 420)
            _ = try plan.write(to: URL(fileURLWithPath: folder))
            files = CSVFolder(path: folder + "/day-01")
            pupils = try files.rows("pupils").compactMap { $0["pupil_key"] }
            sessions = try files.rows("calendar").filter { $0["open"] == "true" }
                .map { Session(day: $0["date"] ?? "", half: $0["session"] ?? "") }
            try write()
        }

        /// The mark of a pupil in a session; nil where none was made.
        func mark(_ pupil: Int, _ session: Int) -> String? {
            if session == corrected, let code = changed[pupil] { return code }
            let number = pupil * 7 + session * 3
            if session > 1, number % 41 == 0 { return nil }
            if number % 23 == 0 { return "I" }
            if number % 29 == 0 { return "O" }
            if number % 37 == 0 { return "L" }
            return sessions[session].half == "AM" ? "/" : "\\"
        }

        mutating func correct(_ people: Range<Int>) throws {
            for pupil in people { changed[pupil] = mark(pupil, corrected) == "M" ? "I" : "M" }
            try write()
        }

        private func write() throws {
            var text = "base,pupil_key,date,session,mark,minutes_late\n"
            for (number, session) in sessions.enumerated() {
                for (index, pupil) in pupils.enumerated() {
                    guard let mark = mark(index, number) else { continue }
                    text += "0012001,\(pupil),\(session.day),\(session.half),\(mark),\n"
                }
            }
            try Data(text.utf8).write(to: URL(fileURLWithPath: files.path + "/attendance-marks.csv"))
            let count = text.utf8.count { $0 == UInt8(ascii: "\n") } - 1
            try files.edit("manifest") { row in
                row["name"] == "attendance-marks" ? row.merging(["rows": String(count)]) { $1 } : row
            }
        }

        /// How many marks of a pupil are some of these.
        func count(_ pupil: Int, _ codes: Set<String>) -> Int {
            sessions.indices.count { mark(pupil, $0).map(codes.contains) ?? false }
        }

        /// Two characters a day from the first day on, also on days without school.
        func string(_ pupil: Int) throws -> String {
            let dates = try sessions.map { try #require(CalendarDate(iso: $0.day)) }
            let first = try #require(dates.min())
            let told = sessions.indices.filter { mark(pupil, $0) != nil }
            let last = try #require(told.map { dates[$0] }.max())
            var text = Array(repeating: Character("-"), count: 2 * (last - first + 1))
            for number in told {
                let place = 2 * (dates[number] - first) + (sessions[number].half == "PM" ? 1 : 0)
                text[place] = mark(pupil, number)?.first ?? "-"
            }
            return String(text)
        }
    }

    @Test(
        "issue 8: a year of marks of 420 pupils comes in, is read and sent as it is; a corrected register costs that register",
        .timeLimit(.minutes(10))
    )
    func year() throws {
        let store = try TestStore()
        var year = try Year(in: store.scratch.path("days"))
        #expect(year.pupils.count >= 420 && year.sessions.count >= 380)
        let marks = year.pupils.indices.reduce(0) { $0 + year.count($1, ["/", "\\", "L", "I", "O"]) }
        let take = ["import", "--format", "syncd-csv", "--full", "--json"]
        let first = try store.run(take + ["--register", year.files.path])
        #expect(first.code == 0, "\(first.errors)")
        #expect(try EntityCounts("mark", of: first.object) == EntityCounts(new: marks))
        func check(_ pupil: Int) throws {
            let read = try store.object("pupil", "attendance", year.pupils[pupil], "--reason", "x")
            #expect(try read["marks"] as? String == year.string(pupil))
            #expect(read["attended"] as? Int == year.count(pupil, ["/", "\\", "L"]))
            #expect(read["authorised"] as? Int == year.count(pupil, ["I", "M"]))
            #expect(read["unauthorised"] as? Int == year.count(pupil, ["O"]))
            let missing = year.sessions.indices.count { year.mark(pupil, $0) == nil }
            #expect(read["unexplained"] as? Int == missing)
        }
        for pupil in [0, 7, 211, 419] { try check(pupil) }
        // It goes out as the year before this one, each pupil's totals with it.
        try store.succeed("base", "config", "0012001", "--laestab", "0012001")
        try store.succeed("recipient", "add", "Council", "--party", "820", "--folder", store.outbox)
        try store.succeed("consent", "accept", "attendance", "--base", "0012001")
        let task = ["--type", "attendance", "--attendance", "all-previous", "--report", "attendance"]
        #expect(try store.run(["task", "create", "marks", "--to", "Council", "--base", "0012001"] + task).code == 0)
        func send() throws -> (pupils: Int?, attended: Int, authorised: Int) {
            let run = try store.object("task", "run", "marks")
            let file = try #require(run["file"] as? String)
            let text = try String(contentsOfFile: store.outbox + "/" + file, encoding: .utf8)
            func sum(_ element: String) -> Int {
                text.components(separatedBy: "<\(element)>").dropFirst().reduce(0) { sum, part in
                    sum + (Int(part.prefix { $0.isNumber }) ?? 0)
                }
            }
            return (run["pupils"] as? Int, sum("SessionsAttended"), sum("SessionsAuthorised"))
        }
        let all = year.pupils.indices
        let whole = try send()
        #expect(whole.pupils == year.pupils.count)
        #expect(whole.attended == all.reduce(0) { $0 + year.count($1, ["/", "\\", "L"]) })
        #expect(whole.authorised == all.reduce(0) { $0 + year.count($1, ["I"]) })
        // One register of 30 is corrected: one event, 30 parts; whose marks have changed is sent, and nobody else.
        try year.correct(100..<130)
        let new = (100..<130).count { year.mark($0, year.corrected) != nil }
        let before = try #require(try store.object("status")["durableEnd"] as? Int)
        let again = try store.run(take + [year.files.path])
        #expect(again.code == 0, "\(again.errors)")
        let counts = try EntityCounts("mark", of: again.object)
        #expect(counts.new + counts.changed == new && counts.gone == 0, "\(counts)")
        #expect(try again.object["appended"] as? Int == 1)
        #expect(try #require(try store.object("status")["durableEnd"] as? Int) <= before + 4)
        try check(111)
        let changed = try send()
        #expect(changed.pupils == 30)
        #expect(changed.authorised == (100..<130).reduce(0) { $0 + year.count($1, ["I", "M"]) })
        #expect(try store.object("task", "run", "marks")["state"] as? String == "Nothing to Send")
    }
}
