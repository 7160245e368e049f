import ArgumentParser
import EventLog
import Projections

/// Lists the projections.
struct ProjectionsList: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the projections: how far each has come, its size, and whether it is being made again.",
        discussion: "Example: syncd projections list --store school"
    )

    @OptionGroup(title: "Options of every command")
    var global: GlobalOptions

    static var onlyReads: Bool { true }

    func run(in session: Session) throws {
        let list = try session.state.list()
        try session.console.say([
            "generation": JSON(session.state.generation), "durableEnd": JSON(session.log.durableEnd.rawValue),
            "projections": .array(
                list.map { item in
                    [
                        "name": .string(item.name), "version": JSON(item.version),
                        "position": JSON(item.position.rawValue), "lag": JSON(item.lag), "rows": JSON(item.rows),
                        "bytes": JSON(item.bytes), "condition": .string(item.condition.word),
                        "percent": item.condition.percent.map { JSON($0) } ?? .null,
                    ]
                }
            ),
        ])
        var table = TextTable("Projection", "#Version", "#Position", "#Behind", "#Rows", "#Size", "Condition")
        for item in list {
            table.add(
                item.name,
                String(item.version),
                Counts.grouped(item.position.rawValue),
                Counts.grouped(item.lag),
                Counts.grouped(item.rows),
                Counts.bytes(item.bytes),
                item.condition.text
            )
        }
        try session.console.say(table.text)
        try session.console.say("Generation \(session.state.generation).")
    }
}

extension ProjectionStatus.Condition {
    /// One word for machines.
    fileprivate var word: String {
        switch self {
        case .live: "live"
        case .building: "building"
        case .differs: "differs"
        case .outdated: "outdated"
        case .failed: "failed"
        }
    }

    fileprivate var percent: Int? {
        if case .building(let percent) = self { return percent }
        return nil
    }

    /// For people.
    fileprivate var text: String {
        switch self {
        case .live: "live"
        case .building(let percent): "building \(percent)%"
        case .differs: "rebuilt, differs: see --review"
        case .outdated: "outdated: rebuild"
        case .failed(let streams): "failed: \(Counts.of(streams, "stream")) parked"
        }
    }
}
