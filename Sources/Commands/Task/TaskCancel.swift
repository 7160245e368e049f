import ArgumentParser
import EventLog
import Identifiers
import Projections
import School

/// Takes runs out of the queue.
struct TaskCancel: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancel what waits of a task: its time that has come, or another attempt at a delivery.",
        discussion: """
            The cursor stays, so the next run sends it all. See what waits with `syncd run-due --preview`.

            Example: syncd task cancel nightly --store school
            Example: syncd task cancel nightly --base 8201001 --store school
            """
    )

    @Argument(help: "The task's name.")
    var name: String

    @Option(name: .customLong("base"), help: ArgumentHelp("Only at this school.", valueName: "key"))
    var bases: [String] = []

    @OptionGroup
    var acting: ActingOptions

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let standing = try session.standing(name)
        let acting = try session.acting(acting)
        try TaskRules.mayAct(acting, on: standing)
        let chosen = Set(try bases.map { try session.base($0).id })
        let waiting = try session.state.read { try $0.waitingRuns() }.filter { run in
            run.task == standing.task.id && (chosen.isEmpty || chosen.contains(run.base))
        }
        try session.carryOut(TaskRules.cancel(standing, at: waiting.map(\.base), by: acting))
        try session.console.say(["task": .string(name), "cancelled": JSON(waiting.count)])
    }
}

/// Says when nothing begins by itself.
struct TaskBlackout: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "blackout",
        abstract: "Show or set the windows in which nothing begins by itself.",
        discussion: """
            What is due waits for the end of the window. A run that somebody asks for begins all the same.

            Example: syncd task blackout --store school
            Example: syncd task blackout --add "08:00-16:30 mon,tue,wed,thu,fri" --store school
            Example: syncd task blackout --add "00:00-23:59 daily 24/12/2026 26/12/2026" --store school
            Example: syncd task blackout --clear --store school
            """
    )

    @Option(help: ArgumentHelp("A window: times, days of the week, first and last day.", valueName: "window"))
    var add: [String] = []

    @Flag(help: "Remove all windows.")
    var clear = false

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let known = try session.state.read { try $0.blackouts() }
        let windows = try (clear ? [] : known) + add.map(Self.window)
        if windows != known {
            try session.carryOut(Blackout.set(windows, owner: session.log.owner))
        }
        try session.console.say(["windows": .array(windows.map { .string($0.description) })])
        try session.console.say(
            windows.isEmpty ? "Tasks begin at any time." : windows.map(\.text).joined(separator: "\n")
        )
    }

    func validate() throws { for window in add { _ = try Self.window(window) } }

    private static func window(_ text: String) throws -> Blackout {
        let words = text.split(separator: " ")
        let times = (words.first ?? "").split(separator: "-").compactMap { TaskSchedule.minute($0) }
        guard times.count == 2, [1, 2, 4].contains(words.count) else {
            throw ValidationError("\(text) is no window like \"08:00-16:30 mon,tue\".")
        }
        let weekdays = words.count > 1 ? try ScheduleOptions.weekdays(String(words[1])) : Set(1...7)
        let days = try words.dropFirst(2).map { try ScheduleOptions.day(String($0)) }
        return try Blackout(
            weekdays: weekdays.count == 7 ? [] : weekdays,
            from: times[0],
            until: times[1],
            firstDay: days.first,
            lastDay: days.last
        )
    }
}

extension Blackout {
    /// As people read it.
    fileprivate var text: String {
        description.split(separator: " ").map { LondonTime.shown(String($0)) }.joined(separator: " ")
    }
}
