import ArgumentParser
import Projections

/// What is computed from the log.
struct ProjectionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "projections",
        abstract: "List, rebuild and check what is computed from the log.",
        discussion: "Example: syncd projections verify --store school",
        subcommands: [ProjectionsList.self, ProjectionsRebuild.self, ProjectionsVerify.self]
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions
}

/// Lists the projections.
struct ProjectionsList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the projections: how far each has come, and its size.",
        discussion: "Example: syncd projections list --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let list = try session.state.list()
        try session.console.say([
            "generation": JSON(session.state.generation), "durableEnd": JSON(session.log.durableEnd.rawValue),
            "projections": .array(
                list.map { item in
                    [
                        "name": .string(item.name), "version": JSON(item.version),
                        "position": JSON(item.position.rawValue), "lag": JSON(item.lag), "rows": JSON(item.rows),
                        "bytes": JSON(item.bytes), "condition": .string(item.condition.rawValue),
                    ]
                }),
        ])
        var table = TextTable("Projection", "#Version", "#Position", "#Behind", "#Rows", "#Size", "Condition")
        for item in list {
            table.add(
                item.name, String(item.version), Counts.grouped(item.position.rawValue), Counts.grouped(item.lag),
                Counts.grouped(item.rows), Counts.bytes(item.bytes), item.condition.rawValue)
        }
        try session.console.say(table.text)
        try session.console.say("Generation \(session.state.generation).")
    }
}

/// Rebuilds the projections.
struct ProjectionsRebuild: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Make all projections again from the log, and put them in place of the present ones.",
        discussion: """
            The new ones are filled beside the present ones and take their place at once.

            Example: syncd projections rebuild --store school
            """
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        try session.state.rebuild()
        session.console.endProgress()
        let end = session.log.durableEnd
        try session.console.say([
            "generation": JSON(session.state.generation), "position": JSON(end.rawValue),
        ])
        try session.console.say(
            "Rebuilt from \(Counts.of(end.rawValue, "event")); generation \(session.state.generation) is in place.")
    }
}

/// Checks the projections.
struct ProjectionsVerify: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Make all projections again aside, and compare them row by row with the present ones.",
        discussion: """
            Changes nothing. Ends with exit code 1 when a row differs; `syncd projections rebuild` then puts it right.

            Example: syncd projections verify --store school
            """
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    func run(in session: Session) throws {
        let result = try session.state.verify()
        let rows = result.rows.values.reduce(0, +)
        if let difference = result.difference {
            throw CommandError(
                .stateDiffers,
                "State is not what the log makes it: in table \(difference.table) the row \(difference.key) is "
                    + "\(difference.what.rawValue). Run `syncd projections rebuild`, and report it.")
        }
        try session.console.say([
            "position": JSON(result.position.rawValue), "rows": JSON(rows), "equal": true,
            "tables": .object(
                result.rows.sorted { $0.key < $1.key }.map { JSON.Member(name: $0.key, value: JSON($0.value)) }),
        ])
        try session.console.say(
            "Equal: \(Counts.of(rows, "row")) in \(Counts.of(result.rows.count, "table")), at position "
                + "\(Counts.grouped(result.position.rawValue)).")
    }
}
