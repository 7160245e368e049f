import Foundation

/// Writes made-up schools as syncd-csv, one full folder for each school day.
///
/// The same values give the same bytes, on every machine. One neighbourhood of at most two schools is in memory at a
/// time, so that 300 schools need no more of it than two.
public struct SampleData: Sendable {
    /// Number of schools, 1 to 300.
    public var schools: Int
    /// Number of days, each a folder, at least 1.
    public var days: Int
    /// Everything that looks like chance follows from it.
    public var seed: UInt64
    /// The first day; the first open school day from here on is taken.
    public var start: CivilDate
    /// Pupils a school; nil draws 210 to 1,050.
    public var pupils: Int?
    /// Whether the last day is the first of the next school year.
    public var turnsYear: Bool

    /// Makes a plan.
    public init(schools: Int, days: Int, seed: UInt64, start: CivilDate, pupils: Int? = nil, turnsYear: Bool = false) {
        self.schools = schools
        self.days = days
        self.seed = seed
        self.start = start
        self.pupils = pupils
        self.turnsYear = turnsYear
    }

    /// Writes `day-01`, `day-02` … into a folder, which is made when it is not there.
    ///
    /// - Parameters:
    ///   - folder: where the day folders go.
    ///   - progress: called after each neighbourhood with the number of schools written so far.
    /// - Returns: the counts of each day, as `changes.json` in each folder holds them too.
    /// - Throws: `SampleDataError` when a day folder is already there, or the file system's error.
    @discardableResult
    public func write(to folder: URL, progress: (Int) -> Void = { _ in }) throws -> [ChangeCounts] {
        let dates = schoolDays()
        var folders: [DayFolder] = []
        for (index, date) in dates.enumerated() {
            folders.append(try DayFolder(day: index + 1, date: date, in: folder))
        }
        for index in 0..<(schools + 1) / 2 {
            let count = min(2, schools - 2 * index)
            var place = Neighbourhood(index: index, schools: count, pupils: pupils, seed: seed, start: dates[0])
            var before: [Area: Table]?
            for (day, date) in dates.enumerated() {
                if day > 0 {
                    if turnsYear, day == dates.count - 1 { place.turnYear(to: date) } else { place.live(through: date) }
                }
                let tables = place.tables()
                try folders[day].append(tables, of: place)
                folders[day].counts.add(before: before, after: tables, of: place)
                before = tables
            }
            progress(2 * index + count)
        }
        for day in folders { try day.finish() }
        return folders.map(\.counts)
    }

    /// The open days; with a year's turn the last one is the first of the next school year.
    func schoolDays() -> [CivilDate] {
        var dates: [CivilDate] = []
        var date = SchoolYear.openDay(onOrAfter: start)
        for day in 0..<days {
            if turnsYear, day > 0, day == days - 1 {
                let year = SchoolYear(of: date - 1).year
                date = SchoolYear.openDay(onOrAfter: CivilDate(year + 1, 9, 1))
            }
            dates.append(date)
            date = SchoolYear.openDay(onOrAfter: date + 1)
        }
        return dates
    }
}

/// Why nothing was written.
public struct SampleDataError: Error, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String
}
