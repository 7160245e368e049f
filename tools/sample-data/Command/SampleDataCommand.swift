import ArgumentParser
import Foundation
import SampleData

/// Writes made-up schools in syncd-csv.
@main
struct SampleDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-data",
        abstract: "Write made-up schools and days of change as syncd-csv folders.",
        discussion: """
            Each day is a full export of all the schools: OUT/day-01, OUT/day-02 … with changes.json beside the data, \
            which tells what an import of that day must find. The same values give the same bytes.

            Example: sample-data --schools 2 --days 5 --seed 7 --start 2025-09-01 --pupils 210 out/days
            """
    )

    @Option(help: "Number of schools, 1 to 300.")
    var schools = 2

    @Option(help: "Number of school days, 1 to 400.")
    var days = 5

    @Option(help: "The seed that everything follows from.")
    var seed: UInt64 = 1

    @Option(help: "First day, yyyy-MM-dd; the first open school day from then on is taken.")
    var start = "2025-09-01"

    @Option(help: "Pupils a school, 7 to 2000; without it each school draws 210 to 1,050.")
    var pupils: Int?

    @Flag(help: "Make the last day the first of the next school year.")
    var yearTurn = false

    @Argument(help: "The folder that the day folders go into.", completion: .directory)
    var out: String

    func validate() throws {
        guard (1...300).contains(schools) else { throw ValidationError("--schools goes from 1 to 300") }
        guard (1...400).contains(days) else { throw ValidationError("--days goes from 1 to 400") }
        guard !yearTurn || days > 1 else { throw ValidationError("--year-turn needs at least 2 days") }
        guard pupils.map((7...2000).contains) ?? true else { throw ValidationError("--pupils goes from 7 to 2000") }
        guard CivilDate(start) != nil else { throw ValidationError("--start is a date such as 2025-09-01") }
    }

    func run() throws {
        guard let first = CivilDate(start) else { throw ValidationError("--start is a date such as 2025-09-01") }
        let plan = SampleData(
            schools: schools,
            days: days,
            seed: seed,
            start: first,
            pupils: pupils,
            turnsYear: yearTurn
        )
        let counts = try plan.write(to: URL(filePath: out, directoryHint: .isDirectory))
        for day in counts {
            let pupil = day.entities["pupil"] ?? .init()
            print(
                "day-\(day.day < 10 ? "0" : "")\(day.day) \(day.date): pupils \(pupil.new) new, \(pupil.changed) changed,",
                "\(pupil.unchanged) unchanged, \(pupil.gone) gone"
            )
        }
    }
}
