import ArgumentParser
import School

/// The parts of a task that `create`, `clone` and `edit` can set; what is not given stays.
struct TaskOptions: ParsableArguments {
    @Option(help: "What a run sends: changed_data, snapshot, attendance or attainment.")
    var type: TaskDefinition.DataType?

    @Option(
        help:
            "With attendance, which marks: all-current, unauthorised-current, absences-current, all-previous or changed."
    )
    var attendance: AttendanceScope?

    @Option(help: ArgumentHelp("Whom: ncy:all, years like ncy:R,1,2, or lac, or leavers.", valueName: "cohort"))
    var cohort: String?

    @Option(help: ArgumentHelp("With attendance, the last so many months alone, 1 to 13; 0 for all.", valueName: "n"))
    var months: Int?

    @Option(help: "Which way: from-school or to-school.")
    var direction: TaskDirection?

    @Option(help: "The report that the head must have accepted.")
    var report: String?

    @Option(help: "What its files are: ces, a Common Transfer File, or oneroster, a OneRoster CSV 1.2 package.")
    var format: TransferFormat?

    @OptionGroup(title: "When it runs by itself")
    var schedule: ScheduleOptions

    @Option(help: "Whose it is: authority or school.")
    var owner: TaskOwner?

    /// Puts what was given into a definition.
    func apply(to task: inout TaskDefinition) throws {
        if let type {
            task.type = type
            if type != .attendance && attendance == nil { task.terms.attendance = nil }
            if type != .attendance && months == nil { task.terms.months = nil }
        }
        if let attendance { task.terms.attendance = attendance }
        if let cohort { task.terms.cohort = try Cohort(cohort) }
        if let months { task.terms.months = months == 0 ? nil : months }
        if let direction { task.terms.direction = direction }
        if let report { task.report = report }
        if let format { task.format = format }
        if let owner { task.terms.owner = owner }
        try schedule.apply(to: &task.terms)
    }
}

/// Days and times of Europe/London.
struct ScheduleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Days of the week, like mon,tue; daily for all.", valueName: "days"))
    var days: String?

    @Option(help: ArgumentHelp("Days of the month, like 1,15.", valueName: "days"))
    var monthDays: String?

    @Option(help: ArgumentHelp("One day, dd/MM/yyyy or yyyy-MM-dd.", valueName: "date"))
    var on: String?

    @Option(help: ArgumentHelp("Times of the day, like 02:00 or 06:30,18:00.", valueName: "times"))
    var at: String?

    @Option(name: .customLong("from"), help: ArgumentHelp("The first day.", valueName: "date"))
    var first: String?

    @Option(name: .customLong("until"), help: ArgumentHelp("The last day.", valueName: "date"))
    var last: String?

    @Flag(help: "It runs only when somebody says so.")
    var noSchedule = false

    func validate() throws {
        _ = try chosenDays()
        _ = try at.map(Self.times)
        for day in [first, last] { _ = try day.map(Self.day) }
    }

    /// Puts what was given into terms; days without times keep the times, and the reverse.
    func apply(to terms: inout TaskTerms) throws {
        if noSchedule { terms.schedule = nil }
        guard days != nil || monthDays != nil || on != nil || at != nil || first != nil || last != nil else { return }
        let old = terms.schedule
        let times = try at.map(Self.times) ?? old?.times
        guard let chosen = try chosenDays() ?? old?.days, let times else {
            throw ValidationError("A schedule needs days (--days, --month-days or --on) and times (--at).")
        }
        terms.schedule = try TaskSchedule(
            chosen,
            times: times,
            from: try first.map(Self.day) ?? old?.from,
            until: try last.map(Self.day) ?? old?.until
        )
    }

    private func chosenDays() throws -> TaskSchedule.Days? {
        guard [days, monthDays, on].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("Give one of --days, --month-days and --on.")
        }
        if let days { return .weekly(try Self.weekdays(days)) }
        if let on { return .once(try Self.day(on)) }
        return try monthDays.map { text in
            .monthly(
                Set(
                    try text.split(separator: ",").map {
                        guard let day = Int($0) else { throw ValidationError("\($0) is no day of a month.") }
                        return day
                    }
                )
            )
        }
    }

    /// Reads days of the week.
    static func weekdays(_ text: String) throws -> Set<Int> {
        if text == "daily" { return Set(1...7) }
        return Set(
            try text.split(separator: ",").map { name in
                guard let index = TaskSchedule.weekdays.firstIndex(of: String(name)) else {
                    throw ValidationError("\(name) is none of \(TaskSchedule.weekdays.joined(separator: ", ")).")
                }
                return index + 1
            }
        )
    }

    /// Reads a day in either form.
    static func day(_ text: String) throws -> CalendarDate {
        let iso = text.contains("/") ? text.split(separator: "/").reversed().joined(separator: "-") : text
        guard let day = CalendarDate(iso: iso) else { throw ValidationError("\(text) is no day like 31/12/2026.") }
        return day
    }

    private static func times(_ text: String) throws -> [Int] {
        try text.split(separator: ",").map { time in
            guard let minute = TaskSchedule.minute(time) else {
                throw ValidationError("\(time) is no time like 02:00.")
            }
            return minute
        }
    }
}

extension TaskDefinition.DataType: ExpressibleByArgument {}
extension TransferFormat: ExpressibleByArgument {}
extension AttendanceScope: ExpressibleByArgument {}
extension TaskDirection: ExpressibleByArgument {}
extension TaskOwner: ExpressibleByArgument {}
