/// What was asked for on the command line.
struct Options: Equatable {
    /// How to start the bench.
    static let usage = """
        usage: bench [--quick] [--only ROW,ROW] [--events N] [--directory DIR]

          --quick          small sizes: seconds instead of minutes, and figures that only show that it works
          --only ROW,ROW   these rows alone: \(RowName.allCases.map(\.rawValue).joined(separator: ", "))
          --events N       events in the long rows, instead of 5,000,000
          --directory DIR  where the stores are made and removed again, instead of .build/bench-stores; its disk is
                           what is measured
          --programs DIR   where syncd and sample-data lie, built for release; tools/bench/run names it. Without it the
                           rows that import are absent

        Prints a table and writes bench.json in the working directory.
        """

    /// Small sizes.
    var quick = false
    /// The rows to measure, in the table's order.
    var rows = RowName.allCases
    /// Events in the long rows; nil for the usual number.
    var events: Int?
    /// Where the stores are made.
    var directory = ".build/bench-stores"
    /// Where the programs lie that import; nil for nowhere.
    var programs: String?
    /// Only the usage was asked for.
    var help = false

    /// Reads the command line.
    ///
    /// - Parameter arguments: without the program's name.
    /// - Throws: `BenchError.usage` for what it does not understand.
    init(_ arguments: some Sequence<String>) throws {
        var rest = arguments.makeIterator()
        func value(of option: String) throws -> String {
            guard let value = rest.next() else { throw BenchError(.usage, "\(option) needs a value") }
            return value
        }
        while let argument = rest.next() {
            switch argument {
            case "--quick": quick = true
            case "--only": rows = try Self.rows(named: value(of: argument))
            case "--events":
                guard let count = Int(try value(of: argument)), count > 0 else {
                    throw BenchError(.usage, "--events needs a number above 0")
                }
                events = count
            case "--directory": directory = try value(of: argument)
            case "--programs": programs = try value(of: argument)
            case "--help", "-h": help = true
            default: throw BenchError(.usage, "unknown option \(argument)")
            }
        }
    }

    private static func rows(named list: String) throws -> [RowName] {
        let asked = try list.split(separator: ",").map { name in
            guard let row = RowName(rawValue: String(name)) else {
                throw BenchError(.usage, "no row is named \(name)")
            }
            return row
        }
        guard !asked.isEmpty else { throw BenchError(.usage, "--only needs the name of a row") }
        return RowName.allCases.filter(asked.contains)
    }
}
