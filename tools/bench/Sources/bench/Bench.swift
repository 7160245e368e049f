import Connectors
import Foundation

/// Measures the log beside the disk and its peers, and says what is met and what is missed.
@main
struct Bench {
    static func main() {
        // Started by the row `ctf_read`, as syncd starts itself.
        if CommandLine.arguments.dropFirst().elementsEqual([CTFReaderProcess.word]) { exit(CTFReaderProcess.run()) }
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            if options.help { print(Options.usage) } else { try run(options) }
        } catch let error as BenchError where error.code == .usage {
            complain("\(error)\n\n\(Options.usage)")
            exit(64)
        } catch {
            complain("bench: \(error)")
            exit(1)
        }
    }

    /// Measures the rows, prints the table, writes `bench.json` and removes the stores.
    private static func run(_ options: Options) throws {
        let sizes = Sizes(options)
        let root = "\(options.directory)/\(getpid())"
        var outcomes: [Outcome] = []
        let bed = try TestBed(root: root, sizes: sizes, linked: .all(programs: options.programs))
        do {
            for row in options.rows {
                complain("\(row.rawValue) …")
                outcomes.append(try bed.contest(row).run(control: bed.control, sizes: sizes))
            }
        } catch {
            try bed.remove()
            throw error
        }
        try bed.remove()
        if options.quick { print("--quick: these figures show that the bench works, and nothing else.\n") }
        print(Table(outcomes: outcomes, control: Spread(bed.control.history)).text, terminator: "")
        try Entry.json(of: outcomes).write(to: URL(filePath: "bench.json"))
    }

    /// Says something beside the table.
    private static func complain(_ message: String) {
        FileHandle.standardError.write(Data((message + "\n").utf8))
    }
}
