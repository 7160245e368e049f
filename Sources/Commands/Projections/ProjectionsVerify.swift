import ArgumentParser
import EventLog
import Projections

/// Checks the projections.
struct ProjectionsVerify: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Make all projections again aside, and compare digests and rows with the present ones.",
        discussion: """
            Changes nothing. Ends with exit code 1 when a row differs, and names the first one by its number: `syncd projections \
            rebuild --review` then tells how much differs, and `--accept` puts it right.

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
                "State is not what the log makes it: in table \(difference.table) row \(difference.row) is "
                    + "\(difference.what.rawValue). Run `syncd projections rebuild --review`, then `--accept`, and "
                    + "report it."
            )
        }
        session.console.endProgress()
        try session.console.say([
            "position": JSON(result.position.rawValue), "rows": JSON(rows), "equal": true,
            "digests": .object(result.reviews.map { JSON.Member(name: $0.name, value: .string($0.digest)) }),
            "tables": .object(
                result.rows.sorted { $0.key < $1.key }.map { JSON.Member(name: $0.key, value: JSON($0.value)) }
            ),
        ])
        try session.console.say(
            "Equal: \(Counts.of(rows, "row")) in \(Counts.of(result.rows.count, "table")), at position "
                + "\(Counts.grouped(result.position.rawValue))."
        )
    }
}
