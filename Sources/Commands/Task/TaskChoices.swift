import ArgumentParser
import Identifiers
import Projections
import School

/// Shows what a task at a school can be made of.
struct TaskChoices: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "choices",
        abstract: "Show what can be chosen for a task at a school: transfer type, data, curriculum years.",
        discussion: """
            Of the years only those that are at the school. What does not go together is refused when the task is \
            saved, with the reason.

            Example: syncd task choices --base 8201001 --store school
            """
    )

    @Option(help: ArgumentHelp("The school.", valueName: "key"))
    var base: String

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    /// A choice: where it belongs, what the screen calls it, and the option that makes it.
    private struct Choice {
        var part: String
        var title: String
        var option: String
    }

    func run(in session: Session) throws {
        let base = try session.base(base)
        let years = try session.state.read { try Self.years(at: base.id, $0) }
        let choices = Self.transfers + Self.filters + Self.cohorts(years)
        try session.console.say([
            "base": .string(base.key),
            "choices": .array(
                choices.map {
                    ["part": .string($0.part), "title": .string($0.title), "option": .string($0.option)]
                }
            ),
        ])
        var table = TextTable("Part", "Choice", "Option")
        for choice in choices { table.add(choice.part, choice.title, choice.option) }
        try session.console.say(table.text)
    }

    /// Which way (S1-03, S2-37).
    private static let transfers = [TaskDirection.fromSchool, .toSchool].map {
        Choice(part: "Transfer details", title: $0.title, option: "--direction \($0.rawValue)")
    }

    /// What (S1-06, S1-08, S2-38).
    private static var filters: [Choice] {
        let types = TaskDefinition.DataType.allCases.map {
            Choice(part: "Data filter details", title: $0.title, option: "--type \($0.rawValue)")
        }
        let scopes = AttendanceScope.allCases.map {
            Choice(
                part: "Data filter details",
                title: $0.title,
                option: "--type attendance --attendance \($0.rawValue)"
            )
        }
        return types + scopes
    }

    /// Whom (S1-17 to S1-19, S2-121, S2-122).
    private static func cohorts(_ years: [CurriculumYear]) -> [Choice] {
        let all: [(String, Cohort)] =
            years.map { ("Curriculum Year \($0.rawValue)", .years([$0])) } + [
                ("All Curriculum Years", .everyYear), ("Looked After Children", .lookedAfter), ("Leavers", .leavers),
            ]
        return all.map { Choice(part: "Data filter details", title: $0.0, option: "--cohort \($0.1)") }
    }

    /// The years of the pupils who are at a school, in the order of the table.
    private static func years(at base: BaseID, _ snapshot: borrowing Snapshot) throws -> [CurriculumYear] {
        var pupils: [SubjectID] = []
        try snapshot.entities(.pupil, at: base) { pupil in
            pupils.append(pupil)
            return true
        }
        var years: Set<CurriculumYear> = []
        for pupil in pupils where try snapshot.status(of: pupil, at: base) == .present {
            let spell = try snapshot.group(.registration, of: pupil)?.content?.rows.last
            if let year = spell?[.yearGroup].flatMap(CurriculumYear.init(rawValue:)) { years.insert(year) }
        }
        return years.sorted()
    }
}

extension TaskDefinition.DataType {
    /// The words of the screen (S1-07 to S1-15).
    var title: String {
        switch self {
        case .attainment: "Attainment Data"
        case .attendance: "Attendance Data"
        case .changedData: "Changed Data"
        case .snapshot: "Snapshot Data"
        }
    }
}
